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
                + " --topic 'mail.accepted' --operation Read --operation Write --operation Delete",
            "kafka-acls.sh \"$@\" --add --allow-principal 'User:CN=delivery-service'"
                + " --topic 'delivery.bulk.' --resource-pattern-type prefixed"
                + " --operation Read --operation Write --operation Delete",
            "kafka-acls.sh \"$@\" --add --allow-principal 'User:CN=operator'"
                + " --cluster --operation Describe --operation DescribeConfigs")
        .noneMatch(line -> line.contains("Create"));
  }
}
