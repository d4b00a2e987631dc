package postbus.dns;

import java.util.List;

/** What a list says of an address. */
public sealed interface Listing {

  /**
   * It is in the list.
   *
   * @param codes the answers that count, such as 127.0.0.2
   * @param reason what the list says of it: printable ASCII in one line, at most {@link
   *     AddressList#REASON_MAX} characters; empty if it says nothing, or was not asked
   */
  record Listed(List<String> codes, String reason) implements Listing {
    public Listed {
      codes = List.copyOf(codes);
    }
  }

  /** It is not in the list, or in no part of it that counts. */
  record NotListed() implements Listing {}

  /** The list did not say, or said what no list says. */
  record Failed(String why) implements Listing {}
}
