package postbus.dns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import postbus.dns.Lookups.Looked;
import postbus.site.BlockList;
import postbus.site.HostList.Network;

/**
 * A list of addresses in DNS (RFC 5782): says whether an address is listed, and why. It has name
 * server questions, a cache and a time limit of its own, so that a slow list holds up no other; an
 * answer is believed as long as DNS says, at most an hour.
 *
 * <p>An answer outside of 127.0.0.0/8 is no list's: somebody else has the domain now, or a name
 * server answers everything. It counts as a failure, and so does 127.255.255.0/24, by which lists
 * turn away who asks too much or through a public name server. Safe for all threads.
 */
public final class AddressList {
  /** Characters of a list's reason that are kept. */
  public static final int REASON_MAX = 200;

  /** Answers that are kept of one list. */
  private static final int CACHED_MAX = 10_000;

  private static final Name IPV4 = Name.fromConstantString("in-addr.arpa.");
  private static final Name IPV6 = Name.fromConstantString("ip6.arpa.");

  private final Name zone;
  private final List<Network> counted;
  private final boolean withReason;
  private final Duration wait;
  private final Lookups lookups;

  /**
   * @param withReason whether the list is asked why an address is listed
   * @param settings whose limit is that of one address
   */
  public AddressList(BlockList list, boolean withReason, DnsSettings settings) {
    this.zone = name(list.zone());
    this.counted = list.answers();
    this.withReason = withReason;
    this.wait = settings.limit();
    this.lookups = new Lookups(settings, CACHED_MAX);
  }

  private static Name name(String zone) {
    try {
      return Name.fromString(zone, Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException("no domain name: " + zone, e);
    }
  }

  /** Blocks for at most the time limit. */
  public Listing of(InetAddress address) {
    long deadline = System.nanoTime() + wait.toNanos();
    Name question = question(address);
    return switch (lookups.ask(question, Type.A, deadline).get()) {
      case Looked.Records records -> judge(question, records.addresses(), deadline);
      case Looked.Nothing _ -> new Listing.NotListed();
      case Looked.Unknown(String why) -> new Listing.Failed(why);
    };
  }

  /** Octets or nibbles in reverse, before the zone (RFC 5782, sections 2.1 and 2.4). */
  private Name question(InetAddress address) {
    Name reversed = ReverseMap.fromAddress(address);
    try {
      return Name.concatenate(
          reversed.relativize(address instanceof Inet4Address ? IPV4 : IPV6), zone);
    } catch (NameTooLongException e) {
      throw new IllegalStateException("the site has no zone that is so long: " + zone, e);
    }
  }

  private Listing judge(Name question, List<InetAddress> answers, long deadline) {
    List<String> codes = new ArrayList<>();
    for (InetAddress answer : answers) {
      if (BlockList.ERRORS.contains(answer) || !BlockList.CODES.contains(answer)) {
        return new Listing.Failed("it answers " + answer.getHostAddress());
      }
      if (counted.stream().anyMatch(network -> network.contains(answer))) {
        codes.add(answer.getHostAddress());
      }
    }
    return codes.isEmpty()
        ? new Listing.NotListed()
        : new Listing.Listed(codes, withReason ? reason(question, deadline) : "");
  }

  /** What it says with a reason or without; so one that does not come is none. */
  private String reason(Name question, long deadline) {
    return switch (lookups.ask(question, Type.TXT, deadline).get()) {
      case Looked.Records(var records) when records.getFirst() instanceof TXTRecord text ->
          printable(text);
      case Looked.Records _, Looked.Nothing _, Looked.Unknown _ -> "";
    };
  }

  /** It goes into a reply, so it is of one line, whatever a stranger's zone holds. */
  private static String printable(TXTRecord record) {
    StringBuilder text = new StringBuilder();
    for (byte[] part : record.getStringsAsByteArrays()) {
      for (char c : new String(part, ISO_8859_1).toCharArray()) {
        if (text.length() == REASON_MAX) {
          return text.toString().strip();
        }
        text.append(c >= ' ' && c <= '~' ? c : '?');
      }
    }
    return text.toString().strip();
  }
}
