package postbus.site;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import postbus.site.HostList.Network;

/**
 * A list of addresses in DNS (RFC 5782) that clients are looked up in; an entry of the section
 * {@code block-lists}.
 *
 * @param name what the site calls it
 * @param zone below which DNS is asked
 * @param answers those that count as listed, within {@link #CODES}; {@link #ERRORS} never do
 * @param action what is done with clients that it lists
 * @param text for the reply; empty: what the list says of the address (TXT)
 * @param answerWait for its answer; then it is passed over
 * @param exceptions clients that it is not asked about; empty: none
 */
public record BlockList(
    String name,
    String zone,
    List<Network> answers,
    Action action,
    String text,
    Duration answerWait,
    Optional<HostList> exceptions) {

  /** What a list answers of an address that it lists (RFC 5782, section 2.1). */
  public static final Network CODES = new Network(InetAddress.ofLiteral("127.0.0.0"), 8);

  /** By these a list says that it does not answer us. */
  public static final Network ERRORS = new Network(InetAddress.ofLiteral("127.255.255.0"), 24);

  /** What is done with a client that is listed; the first of these that holds. */
  public enum Action {
    /** It is not asked about any further. */
    ACCEPT,
    /** Its recipients are refused for good, 550. */
    REFUSE,
    /** Its recipients are put off, 450. */
    DEFER,
    /** Its mails get a header field. */
    MARK
  }

  public BlockList {
    answers = List.copyOf(answers);
  }
}
