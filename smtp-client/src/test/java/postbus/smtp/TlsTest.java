package postbus.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.smtp.Sending.CONTENT;
import static postbus.smtp.Sending.GO_ON;
import static postbus.smtp.Sending.LONG;
import static postbus.smtp.Sending.WAITS;
import static postbus.smtp.Sending.connected;
import static postbus.smtp.Sending.delivered;
import static postbus.smtp.Sending.failure;
import static postbus.smtp.Sending.mail;
import static postbus.smtp.Sending.outcomes;
import static postbus.smtp.Sending.scopeOf;
import static postbus.smtp.Sending.with;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.MailParameters;
import postbus.mail.MailParameters.Return;
import postbus.mail.Outcome;
import postbus.mail.Scope;
import postbus.smtp.SmtpConnector.Opened;
import postbus.testkit.ReceivedMail;
import postbus.testkit.Script;
import postbus.testkit.Script.Extension;
import postbus.testkit.ScriptedSmtpServer;

/** Mails that travel in TLS, or not, as it is wanted. */
@Timeout(120)
class TlsTest {
  private static final MailParameters REQUIRETLS = new MailParameters(Return.UNSAID, "", true);

  @ParameterizedTest
  @EnumSource(names = {"STARTTLS", "BROKEN_STARTTLS", "REFUSED_STARTTLS", "DROPPED_STARTTLS"})
  void whereTlsIsWelcomeItIsUsedIfItWorks(Extension extension) {
    Script script = Script.GOOD.offering(Extension.PIPELINING, extension);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script);
        SmtpConnection connection = connected(open(server, TlsWanted.OPPORTUNISTIC))) {
      assertThat(connection.isTls()).isEqualTo(extension == Extension.STARTTLS);
      delivered(connection.send(mail(CONTENT, "a@x.org"), GO_ON));
      assertThat(server.awaitMails(1, LONG).getFirst().tls())
          .isEqualTo(extension == Extension.STARTTLS);
    }
  }

  @Test
  void aCallerWithoutTlsUsesItOnlyWhereARuleAsksForIt() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(offering(Extension.STARTTLS))) {
      SmtpConnector bulk = new SmtpConnector(Sending.caller(false), WAITS);
      for (TlsWanted wanted : List.of(TlsWanted.OPPORTUNISTIC, TlsWanted.NEVER)) {
        try (SmtpConnection connection = connected(bulk.open(List.of(peer(server)), wanted))) {
          assertThat(connection.isTls()).isFalse();
        }
      }
      try (SmtpConnection connection =
          connected(bulk.open(List.of(peer(server)), TlsWanted.REQUIRED))) {
        assertThat(connection.isTls()).isTrue();
      }
    }
  }

  @Test
  void aRuleOfClearTextIsKeptByACallerThatUsesTls() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(offering(Extension.STARTTLS));
        SmtpConnection connection = connected(open(server, TlsWanted.NEVER))) {
      assertThat(connection.isTls()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PIPELINING, 4.7.4",
    "REFUSED_STARTTLS, 4.7.4",
    "BROKEN_STARTTLS, 4.7.5",
    "DROPPED_STARTTLS, 4.7.5",
  })
  void whereTlsIsRequiredNothingGoesInClear(Extension extension, String status) {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(offering(extension))) {
      Outcome outcome = failure(open(server, TlsWanted.REQUIRED));
      assertThat(outcome).isInstanceOf(Outcome.Deferred.class);
      assertThat(scopeOf(outcome)).isEqualTo(Scope.MAIL);
      assertThat(outcome.why().reply().status()).hasToString("Optional[" + status + "]");
      assertThat(Trouble.pressure(outcome)).isEqualTo(Pressure.NONE);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void aCertificateThatIsTrustedAndNamesTheHostIsVerified() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(offering(Extension.STARTTLS));
        SmtpConnection connection = connected(open(server, TlsWanted.VERIFIED))) {
      assertThat(connection.satisfies(TlsWanted.VERIFIED)).isTrue();
      assertThat(connection.satisfies(TlsWanted.NEVER)).isFalse();
      delivered(connection.send(mail(CONTENT, "a@x.org"), GO_ON));
    }
  }

  @Test
  void aCertificateOfAnotherNameIsNotVerified() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(offering(Extension.STARTTLS))) {
      Server other = new Server("other.example.net", server.address(), server.port());
      Outcome outcome = failure(connector().open(List.of(other), TlsWanted.VERIFIED));
      assertThat(outcome.why().reply().status()).hasToString("Optional[4.7.5]");
      assertThat(scopeOf(outcome)).isEqualTo(Scope.MAIL);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mx_1.example.net", "-mx.example.net", "mx-.example.net", "mx.example."})
  void aNameThatTlsDoesNotKnowAsOneIsNotSaid(String host) {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(offering(Extension.STARTTLS))) {
      List<Server> named = List.of(new Server(host, server.address(), server.port()));
      try (SmtpConnection connection =
          connected(connector().open(named, TlsWanted.OPPORTUNISTIC))) {
        assertThat(connection.isTls()).isTrue();
        delivered(connection.send(mail(CONTENT, "a@x.org"), GO_ON));
      }
      Outcome outcome = failure(connector().open(named, TlsWanted.VERIFIED));
      assertThat(outcome.why().reply().status()).hasToString("Optional[4.7.5]");
      assertThat(scopeOf(outcome)).isEqualTo(Scope.MAIL);
    }
  }

  @Test
  void aCertificateThatNobodyVouchesForIsNotVerified() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(offering(Extension.STARTTLS))) {
      SmtpConnector platform = new SmtpConnector(Sending.caller(true), WAITS);
      Outcome outcome = failure(platform.open(List.of(peer(server)), TlsWanted.VERIFIED));
      assertThat(outcome.why().reply().status()).hasToString("Optional[4.7.5]");
      try (SmtpConnection connection =
          connected(platform.open(List.of(peer(server)), TlsWanted.REQUIRED))) {
        assertThat(connection.satisfies(TlsWanted.REQUIRED)).isTrue();
        assertThat(connection.satisfies(TlsWanted.VERIFIED)).isFalse();
      }
    }
  }

  @Test
  void theNextServerIsTriedWhereOneHasNoTls() {
    try (ScriptedSmtpServer clear = ScriptedSmtpServer.start();
        ScriptedSmtpServer secure = ScriptedSmtpServer.start(offering(Extension.STARTTLS));
        SmtpConnection connection =
            connected(connector().open(List.of(peer(clear), peer(secure)), TlsWanted.VERIFIED))) {
      assertThat(((Server) connection.server()).port()).isEqualTo(secure.port());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OPPORTUNISTIC", "REQUIRED"})
  void aServerThatClosesAtStartTlsIsLeftForTheNext(TlsWanted wanted) {
    try (ScriptedSmtpServer closing =
            ScriptedSmtpServer.start(offering(Extension.CLOSING_STARTTLS));
        ScriptedSmtpServer good = ScriptedSmtpServer.start(offering(Extension.STARTTLS))) {
      Outcome outcome = failure(open(closing, wanted));
      assertThat(outcome.why().reply()).hasToString("421 4.3.2 Going down");
      assertThat(scopeOf(outcome)).isEqualTo(Scope.SITE);
      List<Server> both = List.of(peer(closing), peer(good));
      try (SmtpConnection connection = connected(connector().open(both, wanted))) {
        assertThat(((Server) connection.server()).port()).isEqualTo(good.port());
      }
    }
  }

  @Test
  void whatIsSlippedInBeforeTheHandshakeIsDropped() {
    Script script = offering(Extension.INJECTED_STARTTLS);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script);
        SmtpConnection connection = connected(open(server, TlsWanted.VERIFIED))) {
      delivered(connection.send(mail(CONTENT, "a@x.org"), GO_ON));
      ReceivedMail received = server.awaitMails(1, LONG).getFirst();
      assertThat(received.tls()).isTrue();
      assertThat(received.chunks()).isZero();
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void requireTlsIsPassedOnToAServerThatPromisesIt() {
    Script script = offering(Extension.STARTTLS, Extension.REQUIRETLS);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script);
        SmtpConnection connection = connected(open(server, TlsWanted.REQUIRETLS))) {
      delivered(connection.send(with(mail(CONTENT, "a@x.org"), REQUIRETLS), GO_ON));
      assertThat(server.awaitMails(1, LONG).getFirst().mailLine()).endsWith(" REQUIRETLS");
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void aMailThatNeedsThePromiseIsBouncedWhereThereIsNone() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(offering(Extension.STARTTLS))) {
      Outcome outcome = failure(open(server, TlsWanted.REQUIRETLS));
      assertThat(outcome).isInstanceOf(Outcome.Bounced.class);
      assertThat(outcome.why().reply().status()).hasToString("Optional[5.7.30]");
      try (SmtpConnection connection = connected(open(server, TlsWanted.VERIFIED))) {
        Sent sent = connection.send(with(mail(CONTENT, "a@x.org"), REQUIRETLS), GO_ON);
        assertThat(outcomes(sent).getFirst().why().reply().status())
            .hasToString("Optional[5.7.30]");
        delivered(connection.send(mail(CONTENT, "a@x.org"), GO_ON));
      }
      assertThat(server.mails()).hasSize(1);
    }
  }

  private static Script offering(Extension... extensions) {
    return Script.GOOD.offering(extensions);
  }

  private static SmtpConnector connector() {
    return new SmtpConnector(Sending.caller(true), WAITS, ScriptedSmtpServer.certificate());
  }

  private static Opened open(ScriptedSmtpServer server, TlsWanted wanted) {
    return connector().open(List.of(peer(server)), wanted);
  }

  /** By the name that its certificate has. */
  private static Server peer(ScriptedSmtpServer server) {
    InetAddress address = server.address();
    return new Server("peer.example.net", address, server.port());
  }
}
