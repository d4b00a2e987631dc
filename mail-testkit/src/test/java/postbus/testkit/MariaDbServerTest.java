package postbus.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MariaDbServerTest {
  private MariaDbServer server;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(MariaDbServer.isAvailable(), "no MariaDB on this machine");
    server = MariaDbServer.start();
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void keepsItsDataAndItsPortWhenItIsKilledAndStartedAgain() throws Exception {
    server.execute("CREATE DATABASE kept");
    server.kill();
    assertThatThrownBy(() -> server.execute("DO 1")).isInstanceOf(SQLException.class);
    server.restart();
    assertThatCode(() -> server.execute("USE kept")).doesNotThrowAnyException();
  }

  @Test
  void answersNobodyWhileItHangs() throws Exception {
    server.pause();
    assertThatThrownBy(() -> server.execute("DO 1")).isInstanceOf(SQLException.class);
    server.resume();
    assertThatCode(() -> server.execute("DO 1")).doesNotThrowAnyException();
  }
}
