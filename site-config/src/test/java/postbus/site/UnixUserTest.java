package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class UnixUserTest {
  @Test
  void whomThisHostHasIsFoundByName() throws IOException {
    assertThat(UnixUser.find("root")).contains(new UnixUser("root", 0, 0, "/root"));
    assertThat(UnixUser.find("nobody")).hasValueSatisfying(u -> assertThat(u.user()).isPositive());
  }

  @Test
  void whomThisHostDoesNotHaveIsNotFound() throws IOException {
    assertThat(UnixUser.find("no-such-user")).isEmpty();
  }

  @Test
  void numbersAreThoseOfTheKernel() throws IOException {
    assertThat(UnixUser.parse("list:x:4294967294:38:Mailing lists:/var/list:/bin/sh"))
        .isEqualTo(new UnixUser("list", 4_294_967_294L, 38, "/var/list"));
  }

  @Test
  void whatIsNoLineOfPasswdIsAnError() {
    assertThatThrownBy(() -> UnixUser.parse("list:x:38")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> UnixUser.parse("l:x:y:1::/:/bin/sh")).isInstanceOf(IOException.class);
  }
}
