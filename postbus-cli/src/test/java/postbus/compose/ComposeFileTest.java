package postbus.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.compose.ComposeFile.image;
import static postbus.compose.ComposeFile.list;
import static postbus.compose.ComposeFile.map;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import postbus.log.BrokerSettings;

/** docker-compose.yml keeps its rules, and agrees with what it starts; no engine is needed. */
class ComposeFileTest {
  private static final Set<String> ONCE = Set.of("accounts", "cli");
  private static final Pattern SECRET = Pattern.compile("PASSWORD|SECRET|TOKEN|DES_KEY");

  @Test
  void eachImageHasAVersionAndOursHaveThatOfTheProject() {
    String version =
        group("(?m)^  <version>(.*)-SNAPSHOT</version>$", ComposeFile.text("pom.xml")).first();
    ComposeFile.services()
        .forEach((name, service) -> {
          assertThat(image(service)).as(name).matches(".+:v?[0-9]+\\.[0-9]+\\.[0-9].*");
          if (image(service).startsWith("postbus/") && !service.containsKey("build")) {
            assertThat(image(service)).as(name).endsWith(":" + version);
          }
        });
  }

  @Test
  void eachServiceIsBoundAndMayDoLittle() {
    ComposeFile.services()
        .forEach((name, service) -> {
          assertThat(service).as(name).containsKeys("mem_limit", "pids_limit", "image", "tmpfs");
          assertThat(service.get("read_only")).as(name).isEqualTo(true);
          assertThat(service.get("cap_drop")).as(name).isEqualTo(List.of("ALL"));
          assertThat(list(service.get("security_opt")).toString()).contains("no-new-privileges");
          assertThat(map(map(service.get("logging")).get("options")))
              .as(name)
              .containsKeys("max-size", "max-file");
        });
  }

  @Test
  void eachServiceThatStaysSaysHowItIs() {
    ComposeFile.services()
        .forEach((name, service) -> {
          boolean isSaidByTheImage =
              image(service).startsWith("postbus/")
                  && Files.exists(
                      ComposeFile.CHECKOUT.resolve(module(service)).resolve("Dockerfile"))
                  && ComposeFile.text(module(service) + "/Dockerfile").contains("HEALTHCHECK");
          assertThat(ONCE.contains(name) || isSaidByTheImage || service.containsKey("healthcheck"))
              .as(name)
              .isTrue();
        });
  }

  @Test
  void whatItMountsOfTheCheckoutIsThere() {
    ComposeFile.services()
        .forEach((name, service) -> {
          for (Object volume : list(service.get("volumes"))) {
            if (volume instanceof Map<?, ?> bind
                && bind.get("source").toString().startsWith("./")) {
              assertThat(ComposeFile.CHECKOUT.resolve(bind.get("source").toString())).exists();
              assertThat(bind.get("read_only")).as(name).isEqualTo(true);
            }
          }
        });
  }

  @Test
  void noSecretStandsInIt() {
    ComposeFile.services()
        .forEach((name, service) ->
            map(service.getOrDefault("environment", Map.of()))
                .forEach((key, value) -> {
                  if (SECRET.matcher(key).find()) {
                    assertThat(key).as(name).endsWith("_FILE");
                    assertThat(value.toString()).as(name).startsWith("/run/postbus/");
                  }
                }));
  }

  @Test
  void theSiteListensWhereItIsPublishedAndSendsFromItsPoolsAddresses() {
    Map<String, Object> site = ComposeFile.yaml("deploy/compose/site/postbus.yaml");
    Set<String> listening = new TreeSet<>();
    map(site.get("listeners"))
        .values()
        .forEach(listener -> listening.add(after(":", map(listener).get("address"))));
    list(ComposeFile.services().get("ingress-smtp").get("ports"))
        .forEach(port -> assertThat(listening).contains(after(":", port)));
    map(site.get("pools"))
        .forEach((name, pool) ->
            assertThat(ComposeFile.address("delivery-" + name, "world"))
                .isEqualTo(map(pool).get("source")));
  }

  @Test
  void prometheusAsksEachOfOurProcessesAtItsPort() {
    Set<String> asked =
        group("(?m)^ *- ([a-z-]+:908[0-9])$", ComposeFile.text("deploy/compose/prometheus.yml"))
            .all();
    Set<String> running = new TreeSet<>();
    ComposeFile.services()
        .forEach((name, service) -> {
          if (image(service).startsWith("postbus/") && service.containsKey("stop_grace_period")) {
            String dockerfile = ComposeFile.text(module(service) + "/Dockerfile");
            running.add(name + ":" + group("EXPOSE .*(908[0-9])", dockerfile).first());
          }
        });
    assertThat(asked).isEqualTo(running).hasSize(6);
  }

  @Test
  void theBrokerIsSetAsPostbusWantsIt() throws IOException {
    Properties settings = new Properties();
    settings.load(new StringReader(ComposeFile.text("deploy/compose/kafka/server.properties")));
    assertThat(settings).containsAllEntriesOf(BrokerSettings.oneMachine());
  }

  private static String module(Map<String, Object> service) {
    return image(service).replaceFirst("^postbus/(.*):.*", "$1");
  }

  private static String after(String mark, Object text) {
    return text.toString().substring(text.toString().lastIndexOf(mark) + mark.length());
  }

  private record Groups(Set<String> all) {
    String first() {
      return all.iterator().next();
    }
  }

  private static Groups group(String pattern, String text) {
    return new Groups(
        Pattern.compile(pattern)
            .matcher(text)
            .results()
            .map((MatchResult found) -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new)));
  }
}
