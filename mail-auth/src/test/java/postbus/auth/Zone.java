package postbus.auth;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.xbill.DNS.ReverseMap;
import postbus.dns.DnsRecords;

/** All of DNS, in memory; it says what it is told, and counts the questions. */
public final class Zone implements DnsRecords {
  private static final int CNAMES_MAX = 10;

  private final Map<String, List<String>> records = new HashMap<>();
  private final Set<String> silent = new HashSet<>();
  private int questions;

  /** Adds a record; that of an MX record is the host alone, the best first. */
  public Zone add(String name, String type, String value) {
    records.computeIfAbsent(key(name, type), _ -> new ArrayList<>()).add(value);
    return this;
  }

  /** Adds a TXT record. */
  public Zone text(String name, String text) {
    return add(name, "TXT", text);
  }

  /** Of such a name nothing is said, except what was added. */
  public Zone silent(String name) {
    silent.add(plain(name));
    return this;
  }

  /** How many questions were asked. */
  public int questions() {
    return questions;
  }

  @Override
  public Answer<String> texts(String name) {
    return ask(name, "TXT", Function.identity());
  }

  @Override
  public Answer<InetAddress> addresses(String name, Kind kind) {
    return ask(name, kind == Kind.V4 ? "A" : "AAAA", InetAddress::ofLiteral);
  }

  @Override
  public Answer<String> exchangers(String name) {
    return ask(name, "MX", Function.identity());
  }

  @Override
  public Answer<String> hosts(InetAddress address) {
    return ask(ReverseMap.fromAddress(address).toString(true), "PTR", Zone::plain);
  }

  private <T> Answer<T> ask(String name, String type, Function<String, T> read) {
    questions++;
    String owner = plain(name);
    for (int i = 0; records.containsKey(key(owner, "CNAME")); i++) {
      if (i == CNAMES_MAX) {
        return new Unknown<>("too many aliases");
      }
      owner = plain(records.get(key(owner, "CNAME")).getFirst());
    }
    List<String> found = records.get(key(owner, type));
    if (found != null) {
      return new Found<>(found.stream().map(read).toList());
    }
    String asked = owner;
    return silent.contains(asked)
        ? new Unknown<>("no answer")
        : new Nothing<>(
            records.keySet().stream()
                .map(key -> key.substring(0, key.indexOf(' ')))
                .anyMatch(known -> known.equals(asked) || known.endsWith("." + asked)));
  }

  private static String key(String name, String type) {
    return plain(name) + " " + type;
  }

  private static String plain(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
