package postbus.dns;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import postbus.dns.DnsRecords.Answer;
import postbus.dns.DnsRecords.Kind;
import postbus.dns.Lookups.Looked;

/**
 * Asks the site's name servers for single records. One for a process: its questions share a cache,
 * and at most so many are under way at once ({@link Lookups}). For any number of threads.
 */
public final class RecordLookup {
  /** Answers that are kept: strangers choose their names and their size. */
  private static final int CACHED_MAX = 5000;

  /** Characters of all texts of a name; whoever has more says nothing that counts. */
  private static final int TEXTS_MAX = SmallAnswers.DATA_MAX;

  private final Lookups lookups;

  public RecordLookup(DnsSettings settings) {
    this.lookups = new Lookups(settings, CACHED_MAX);
  }

  /** For questions of which all together take at most this long. */
  public DnsRecords within(Duration limit) {
    return new Until(System.nanoTime() + limit.toNanos());
  }

  private final class Until implements DnsRecords {
    private final long deadline;

    Until(long deadline) {
      this.deadline = deadline;
    }

    @Override
    public Answer<String> texts(String name) {
      Answer<String> answer = ask(name, Type.TXT, RecordLookup::texts);
      return answer instanceof Found<String>(List<String> texts)
              && texts.stream().mapToInt(String::length).sum() > TEXTS_MAX
          ? new Unknown<>("too many texts at " + name)
          : answer;
    }

    @Override
    public Answer<InetAddress> addresses(String name, Kind kind) {
      return ask(name, kind == Kind.V4 ? Type.A : Type.AAAA, Looked.Records::addresses);
    }

    @Override
    public Answer<String> exchangers(String name) {
      return ask(name, Type.MX, RecordLookup::exchangers);
    }

    @Override
    public Answer<String> hosts(InetAddress address) {
      Name name = ReverseMap.fromAddress(address);
      return answer(lookups.ask(name, Type.PTR, deadline).get(), RecordLookup::hosts);
    }

    private <T> Answer<T> ask(String name, int type, Function<Looked.Records, List<T>> read) {
      return name(name)
          .map(asked -> answer(lookups.ask(asked, type, deadline).get(), read))
          .orElseGet(() -> new Nothing<>(false));
    }

    private static <T> Answer<T> answer(Looked looked, Function<Looked.Records, List<T>> read) {
      return switch (looked) {
        case Looked.Records records -> {
          List<T> values = read.apply(records);
          yield values.isEmpty() ? new Nothing<>(true) : new Found<>(values);
        }
        case Looked.Nothing(boolean domainExists) -> new Nothing<>(domainExists);
        case Looked.Unknown(String why) -> new Unknown<>(why);
      };
    }
  }

  private static List<String> texts(Looked.Records records) {
    return of(records, TXTRecord.class).map(RecordLookup::text).toList();
  }

  private static String text(TXTRecord txt) {
    StringBuilder text = new StringBuilder();
    for (byte[] part : txt.getStringsAsByteArrays()) {
      text.append(new String(part, StandardCharsets.ISO_8859_1));
    }
    return text.toString();
  }

  private static List<String> exchangers(Looked.Records records) {
    return of(records, MXRecord.class)
        .sorted(Comparator.comparingInt(MXRecord::getPriority))
        .map(mx -> text(mx.getTarget()))
        .toList();
  }

  private static List<String> hosts(Looked.Records records) {
    return of(records, PTRRecord.class).map(ptr -> text(ptr.getTarget())).toList();
  }

  private static <R extends Record> Stream<R> of(Looked.Records records, Class<R> type) {
    return records.records().stream().filter(type::isInstance).map(type::cast);
  }

  private static String text(Name name) {
    return name.equals(Name.root) ? "" : name.toString(true);
  }

  /** Empty for what is no domain name: no labels, empty ones, too long ones, too many. */
  static Optional<Name> name(String text) {
    String plain = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    StringBuilder escaped = new StringBuilder(plain.length() + 1);
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if (c == '.' || (c < 128 && Character.isLetterOrDigit(c)) || c == '-' || c == '_') {
        escaped.append(c);
      } else if (c < 256) {
        escaped.append("\\%03d".formatted((int) c));
      } else {
        return Optional.empty();
      }
    }
    try {
      return plain.isEmpty() ? Optional.empty() : Optional.of(Name.fromString(escaped + "."));
    } catch (TextParseException _) {
      return Optional.empty();
    }
  }
}
