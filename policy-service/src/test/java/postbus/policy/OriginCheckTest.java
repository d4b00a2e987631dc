package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.policy.OriginRig.BAD;
import static postbus.policy.OriginRig.GOOD;
import static postbus.policy.OriginRig.field;
import static postbus.policy.OriginRig.from;
import static postbus.policy.OriginRig.isSuspect;
import static postbus.policy.OriginRig.refusal;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import postbus.mail.Verdict;
import postbus.site.Authentication.Handling;

/** What follows from where mail comes from; DNS is a server on loopback. */
class OriginCheckTest {
  private OriginRig rig;

  @BeforeEach
  void serve() throws IOException {
    rig = new OriginRig();
  }

  @AfterEach
  void end() {
    rig.close();
  }

  @Test
  void whatFailsIsMarkedAndNeverBounced() {
    Verdict verdict = rig.verdict(BAD, "joe@example.org", from("joe@example.org"));
    assertThat(field(verdict))
        .contains("spf=fail smtp.mailfrom=example.org")
        .contains("dmarc=fail header.from=example.org polrec.p=reject");
    assertThat(isSuspect(verdict)).isTrue();
  }

  @Test
  void aSoftFailureIsNone() {
    assertThat(isSuspect(rig.verdict(BAD, "joe@lenient.example", from("a@none.example"))))
        .isFalse();
  }

  @Test
  void aDomainThatAsksForNothingFailsNevertheless() {
    rig.dmarc = Handling.AS_PUBLISHED;
    Verdict verdict = rig.verdict(BAD, "joe@lenient.example", from("a@lenient.example"));
    assertThat(field(verdict)).contains("dmarc=fail header.from=lenient.example polrec.p=none");
    assertThat(isSuspect(verdict)).isTrue();
  }

  @Test
  void whatFailsSpfIsRefusedInTheDomainsOwnWords() {
    rig.spf = Handling.REFUSE;
    assertThat(refusal(rig.verdict(BAD, "joe@example.org", from("joe@example.org"))))
        .isEqualTo(
            "550 5.7.23 SPF: 198.51.100.9 may not send mail of example.org,"
                + " which says: ask joe; not\\198.51.100.9");
    assertThat(rig.verdict(GOOD, "joe@example.org", from("joe@example.org")))
        .isInstanceOf(Verdict.Accept.class);
  }

  @Test
  void whatFailsDmarcIsHeldBackOrRefused() {
    rig.dmarc = Handling.QUARANTINE;
    Verdict held = rig.verdict(BAD, "", from("joe@example.org"));
    assertThat(held)
        .isInstanceOfSatisfying(
            Verdict.Quarantine.class,
            quarantine ->
                assertThat(quarantine.reason())
                    .isEqualTo("DMARC: example.org does not stand behind this mail"));
    assertThat(field(held)).contains("dmarc=fail");
    rig.dmarc = Handling.REFUSE;
    assertThat(refusal(rig.verdict(BAD, "", from("joe@example.org"))))
        .isEqualTo("550 5.7.1 DMARC: example.org does not stand behind this mail");
  }

  @Test
  void theDomainsOwnPolicyIsFollowed() {
    rig.dmarc = Handling.AS_PUBLISHED;
    assertThat(refusal(rig.verdict(BAD, "", from("joe@example.org"))))
        .startsWith("550 5.7.1 DMARC");
    assertThat(rig.verdict(BAD, "", from("joe@a.example.org")))
        .isInstanceOf(Verdict.Quarantine.class);
    assertThat(rig.verdict(BAD, "", from("joe@half.example")))
        .isInstanceOf(Verdict.Quarantine.class);
    assertThat(refusal(rig.verdict(BAD, "", "Subject: x\r\n\r\n"))).contains("one From field");
    assertThat(rig.verdict(BAD, "", from("joe@none.example"))).isInstanceOf(Verdict.Accept.class);
  }

  @Test
  void whatCannotBeToldNowIsPutOffOnlyWhereItWouldBeRefused() {
    Verdict marked = rig.verdict(BAD, "joe@silent.example", from("a@broken.example"));
    assertThat(field(marked)).contains("spf=temperror", "dmarc=temperror");
    assertThat(isSuspect(marked)).isTrue();
    rig.spf = Handling.REFUSE;
    assertThat(refusal(rig.verdict(BAD, "joe@silent.example", from("a@none.example"))))
        .startsWith("451 4.7.24");
    rig.spf = Handling.MARK;
    rig.dmarc = Handling.REFUSE;
    assertThat(refusal(rig.verdict(BAD, "", from("a@broken.example")))).startsWith("451 4.4.3");
    rig.dmarc = Handling.AS_PUBLISHED;
    assertThat(refusal(rig.verdict(BAD, "", from("a@broken.example")))).startsWith("451 4.4.3");
  }

  @Test
  void aStrangersSlowNameServersHideNobodysPolicy() {
    rig.dmarc = Handling.AS_PUBLISHED;
    String signatures = "";
    for (int i = 0; i < 5; i++) {
      rig.dns.silent("k" + i + "._domainkey.slow.example");
      signatures +=
          "DKIM-Signature: v=1; a=rsa-sha256; d=slow.example; s=k%d; h=from; bh=AAAA; b=AAAA\r\n"
              .formatted(i);
    }
    rig.dns.silent("slow.example").silent("mail.lenient.example");
    Verdict verdict = rig.verdict(BAD, "joe@slow.example", signatures + from("ceo@example.org"));
    assertThat(refusal(verdict)).startsWith("550 5.7.1 DMARC");
  }

  @Test
  void aRefusalFitsIntoItsLine() throws IOException {
    rig.spf = Handling.REFUSE;
    String domain = "x".repeat(60) + "." + "y".repeat(60) + "." + "z".repeat(60) + ".example";
    String why = "why! ".repeat(40);
    rig.dns.add(domain + ". TXT \"v=spf1 exp=why.%{o} -all\"");
    rig.dns.add("why." + domain + ". TXT \"" + why + "\" \"" + why + "\"");
    String refusal = refusal(rig.verdict(BAD, "joe@" + domain, from("joe@none.example")));
    assertThat(refusal).contains("which says: why!").hasSizeLessThan(400);
  }

  @Test
  void allQuestionsOfAMailEndTogether() {
    rig.dns
        .silent("mail.lenient.example")
        .silent("_dmarc.silent.example")
        .silent("k._domainkey.silent.example");
    String signature =
        "DKIM-Signature: v=1; a=rsa-sha256; d=silent.example; s=k; h=from; bh=AAAA; b=AAAA\r\n";
    long begin = System.nanoTime();
    Verdict verdict =
        rig.verdict(BAD, "joe@silent.example", signature.repeat(5) + from("a@silent.example"));
    assertThat(field(verdict)).contains("spf=temperror", "dkim=temperror", "dmarc=temperror");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void whoIsExceptedIsNotAskedAbout() {
    assertThat(rig.verdict("203.0.113.7", "joe@example.org", from("joe@example.org")))
        .isEqualTo(new Verdict.Accept(List.of()));
    rig.spf = Handling.OFF;
    rig.dkim = Handling.OFF;
    rig.dmarc = Handling.OFF;
    assertThat(rig.verdict(BAD, "joe@example.org", from("joe@example.org")))
        .isEqualTo(new Verdict.Accept(List.of()));
    assertThat(rig.dns.questions()).isZero();
  }
}
