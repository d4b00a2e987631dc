package postbus.log;

import java.util.List;
import java.util.Optional;
import postbus.log.LogTable.Entry;
import postbus.mail.DeliveryJson;
import postbus.mail.MalformedRecord;
import postbus.mail.SiteState;

/**
 * What the owners of partitions know of sites. A hint: what is not written before a crash is
 * learned anew.
 */
public final class SiteStates implements AutoCloseable {
  private final LogTable<SiteState> states;

  public SiteStates(LogSettings log) {
    states = new LogTable<>(Topics.SITES, log, new States());
  }

  /** Begins to read, as soon as the log can be reached. */
  public void start() {
    states.start();
  }

  /** Whether it knows what was known before it started. */
  public boolean isReady() {
    return states.isReady();
  }

  /** Tells the others, once it is ready; may block while the log is away, for some seconds. */
  public void publish(SiteState state) {
    if (states.isReady()) {
      states.put(key(state.lane(), state.partition(), state.site()), state);
    }
  }

  /** There is nothing to be known of the site any more. */
  public void forget(String lane, int partition, String site) {
    if (states.isReady() && find(lane, partition, site).isPresent()) {
      states.put(key(lane, partition, site), null);
    }
  }

  /** What the last owner knew. */
  public Optional<SiteState> find(String lane, int partition, String site) {
    return states.get(key(lane, partition, site));
  }

  /** Of all sites. */
  public List<SiteState> all() {
    return states.all().values().stream().map(Entry::value).toList();
  }

  private static String key(String lane, int partition, String site) {
    return lane + "/" + partition + "/" + site;
  }

  @Override
  public void close() {
    states.close();
  }

  private static final class States implements LogTable.Codec<SiteState> {
    @Override
    public byte[] write(SiteState state) {
      return DeliveryJson.write(state);
    }

    @Override
    public SiteState read(byte[] octets) throws MalformedRecord {
      return DeliveryJson.readState(octets);
    }
  }
}
