package postbus.auth.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import postbus.auth.Mutations;
import postbus.auth.Zone;

/** Records that are made to keep us busy cost little, and none throws. */
@Timeout(120)
class SpfAttackTest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");
  private static final int TEXT_MAX = 65_000;

  private final Zone dns = new Zone();

  private SpfResult result(String record) {
    dns.text("example.org", record);
    Spf.Asked asked =
        new Spf.Asked(CLIENT, "h." + "a.".repeat(120) + "b", "a.b", "example.org", "r");
    return Spf.check(dns, Spf.Identity.MAIL_FROM, asked).result();
  }

  private static Duration took(Runnable work) {
    long begin = System.nanoTime();
    work.run();
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  @Test
  void aLargeRecordIsNotRead() {
    assertThat(result("v=spf1 " + "%{h}".repeat(16_000) + ".example.org -all"))
        .isEqualTo(SpfResult.PERMERROR);
    assertThat(dns.questions()).isEqualTo(1);
  }

  @Test
  void aDomainOfManyLabelsIsCutOnce() throws SpfSyntaxError {
    MacroString labels = MacroString.domain("a.".repeat(TEXT_MAX / 2) + "%{d}");
    MacroString.Values values = _ -> "example.org";
    Duration took =
        took(() -> {
          for (int i = 0; i < 50; i++) {
            assertThat(expanded(labels, values)).endsWith(".example.org").hasSize(253);
          }
        });
    assertThat(took).isLessThan(Duration.ofSeconds(10));
  }

  private static String expanded(MacroString text, MacroString.Values values) {
    try {
      return text.expandDomain(values);
    } catch (SpfSyntaxError e) {
      return "too long";
    }
  }

  @Test
  void aDomainIsCutAtItsLabels() throws SpfSyntaxError {
    MacroString.Values values = _ -> "x".repeat(60);
    MacroString five = MacroString.domain("%{d}.%{d}.%{d}.%{d}.%{d}");
    assertThat(five.expandDomain(values))
        .isEqualTo("x".repeat(60) + ("." + "x".repeat(60)).repeat(3));
    MacroString.Values one = _ -> "x".repeat(300);
    assertThat(MacroString.domain("a.%{d}").expandDomain(one)).isEqualTo("x".repeat(300));
  }

  @Test
  void macrosThatExpandToTooMuchAreAnError() {
    assertThat(result("v=spf1 exists:" + "%{h}".repeat(900) + " -all"))
        .isEqualTo(SpfResult.PERMERROR);
  }

  @Test
  void aLongNetworkIsNone() {
    String term = "v=spf1 ip6:" + ":".repeat(TEXT_MAX) + "!";
    Duration took = took(() -> assertThat(isRead(term)).isFalse());
    assertThat(took).isLessThan(Duration.ofSeconds(4));
  }

  private static boolean isRead(String text) {
    try {
      SpfSyntax.read(text);
      return true;
    } catch (SpfSyntaxError _) {
      return false;
    }
  }

  @Test
  void whoeverIsInterruptedAsksNoMore() {
    dns.text("b.example", "v=spf1 -all");
    Thread.currentThread().interrupt();
    try {
      assertThat(result("v=spf1 include:b.example -all")).isEqualTo(SpfResult.TEMPERROR);
      assertThat(dns.questions()).isEqualTo(1);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void noRecordThrows() {
    List<String> records =
        List.of(
            "v=spf1 a mx/24 a:%{d}/24//64 ip4:192.0.2.0/24 ip6:2001:db8::/32 include:a.b -all",
            "v=spf1 redirect=%{l1r+}.%{i}.example.org",
            "v=spf1 exists:%{ir}.%{v}._spf.%{d2} ptr ?all exp=%{S}.why.b");
    Mutations.of(
        records,
        text -> {
          dns.text("x.example", "v=spf1 -all");
          String record = SpfSyntax.isSpf(text) ? text : "v=spf1 " + text;
          assertThat(isRead(record)).isIn(true, false);
          Spf.Asked asked = new Spf.Asked(CLIENT, text, "a", text, "r");
          assertThat(Spf.check(dns, Spf.Identity.HELO, asked)).isNotNull();
        });
  }

  @Test
  void noMacroThrows() {
    Mutations.of(
        List.of("%{d}.example.org", "%{L3r-+}.%{i}", "a%%b%_c%-d.%{h9}.x"),
        text -> {
          try {
            MacroString.domain(text).expandDomain(_ -> "a-b.c.d");
            MacroString.explanation(text).expand(_ -> "\u0434 x");
          } catch (SpfSyntaxError _) {
            // As it should be.
          }
        });
  }
}
