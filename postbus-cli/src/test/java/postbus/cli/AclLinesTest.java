package postbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AclLinesTest {
  @Test
  void areCommandsOfKafkasOwnTool() {
    Ran ran = Ran.postbus("topics", "--acls", "User:CN=%s", "--site", "../site");
    assertThat(ran.status()).as(ran.err().toString()).isZero();
    assertThat(ran.out())
        .contains(
            "# router-service",
            "kafka-acls.sh \"$@\" --add --allow-principal 'User:CN=router-service'"
                + " --topic 'mail.reinjected' --topic 'mail.accepted'"
                + " --operation Read --operation Write --operation Delete",
            "kafka-acls.sh \"$@\" --add --allow-principal 'User:CN=router-service'"
                + " --topic 'delivery.normal.' --topic 'delivery.bulk.'"
                + " --resource-pattern-type prefixed --operation Write",
            "kafka-acls.sh \"$@\" --add --allow-principal 'User:CN=operator'"
                + " --cluster --operation Describe --operation DescribeConfigs")
        .noneMatch(line -> line.contains("Create"));
  }
}
