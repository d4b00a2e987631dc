package postbus.log;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.jboss.logging.Logger;

/** Whether a commit can name every mail of a full window as unfinished. */
final class NoteLimit {
  private static final Logger LOG = Logger.getLogger(NoteLimit.class);
  private static final String SETTING = "offset.metadata.max.bytes";
  private static final int KAFKA_DEFAULT = 4096;
  private static final Duration WAIT = Duration.ofSeconds(5);

  /** A full window lies within so many offsets; beyond that the slowest mail took years. */
  private static final long SPAN = 1L << 40;

  private NoteLimit() {}

  /**
   * @throws IllegalArgumentException if the window is larger than the broker lets a commit say
   */
  static void check(StageSettings settings, Admin admin) {
    long longest = OffsetNote.longest(settings.windowMails(), SPAN);
    int limit = limit(admin);
    if (longest > limit) {
      throw new IllegalArgumentException(
          "the stage %s cannot have %d mails of a partition in hand (windowMails):"
                  .formatted(settings.name(), settings.windowMails())
              + " a commit may need %d bytes, and the broker's %s is %d"
                  .formatted(longest, SETTING, limit));
    }
  }

  private static int limit(Admin admin) {
    try {
      Node node =
          admin.describeCluster().nodes().get(WAIT.toMillis(), TimeUnit.MILLISECONDS).stream()
              .findFirst()
              .orElseThrow(() -> new TimeoutException("no broker is in the cluster now"));
      ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, node.idString());
      Config config =
          admin
              .describeConfigs(List.of(broker))
              .values()
              .values()
              .iterator()
              .next()
              .get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
      ConfigEntry entry = config.get(SETTING);
      return entry == null ? KAFKA_DEFAULT : Integer.parseInt(entry.value());
    } catch (ExecutionException | TimeoutException e) {
      LOG.warnf("The broker's %s cannot be read, taken as %d: %s", SETTING, KAFKA_DEFAULT, e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return KAFKA_DEFAULT;
  }
}
