package postbus.sendmail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressListTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a@x.org | a@x.org",
        "root | root",
        "a@x.org, b@x.org,, c | a@x.org b@x.org c",
        "Jane Doe <jane@x.org>, b@x.org | jane@x.org b@x.org",
        "`\"Doe, Jane\" <jane@x.org>` | jane@x.org",
        "`\"a\\\", b\" <c@x.org>` | c@x.org",
        "jane@x.org (Jane, \\) (her) self), b | jane@x.org b",
        "`\"jane doe\"@x.org` | `\"jane doe\"@x.org`",
        "<@relay.org,@two.org:jane@x.org> | jane@x.org",
        "friends: a@x.org, <b@x.org>;, c@x.org | a@x.org b@x.org c@x.org",
        "undisclosed-recipients:; | ``",
        "jane @ x . org | jane@x.org",
        "<jane@[IPv6:::1]> | jane@[IPv6:::1]",
        "jane@[127.0.0.1], b | jane@[127.0.0.1] b",
        "<> | ``",
        "<a@x.org> rest, b | a@x.org b",
        "`\"open` | `\"open`",
        "(open | ``",
      })
  void addressesAreFound(String list, String expected) {
    assertThat(String.join(" ", AddressList.of(list))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"two words@x.org", "jane doe"})
  void wordsWithoutADotBetweenThemStayForTheServerToRefuse(String text) {
    assertThat(AddressList.of(text)).isEqualTo(List.of(text));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"`a\r\nDATA`", "`\"a\nb\"@x.org`", "`a@[x\r\ny]`"})
  void noAddressHoldsTheEndOfALine(String text) {
    assertThat(AddressList.of(text)).allMatch(address -> address.matches("[^\r\n]+"));
  }
}
