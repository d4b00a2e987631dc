package postbus.ingress;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import postbus.log.Alarm;
import postbus.process.ProcessSettings;
import postbus.site.Site;

/**
 * Whether the disk of the data folder has room for more mail: less than {@code
 * sessions.disk-free-min} is kept for what has been accepted, so that it can leave. Where nothing
 * can be told of the disk, it has room.
 *
 * <p>Limit: it is looked at once a second, and what comes in within that second still counts.
 */
@Singleton
final class FreeSpace {
  private static final Logger LOG = Logger.getLogger(FreeSpace.class);
  private static final long LOOK_EVERY_NANOS = 1_000_000_000L;

  private final Path folder;
  private final long octetsMin;
  private final AtomicLong lookedAt = new AtomicLong(System.nanoTime() - LOOK_EVERY_NANOS);
  private final AtomicBoolean enough = new AtomicBoolean(true);

  @Inject
  FreeSpace(ProcessSettings settings, Site site) {
    this(settings.data(), site.sessions().diskFreeMin());
  }

  FreeSpace(Path folder, long octetsMin) {
    this.folder = folder;
    this.octetsMin = octetsMin;
    look();
  }

  /** As of a moment ago. Never waits for the disk: it is looked at by another thread. */
  boolean isEnough() {
    long last = lookedAt.get();
    long now = System.nanoTime();
    if (now - last >= LOOK_EVERY_NANOS && lookedAt.compareAndSet(last, now)) {
      Thread.startVirtualThread(this::look);
    }
    return enough.get();
  }

  private void look() {
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      if (enough.getAndSet(free >= octetsMin) != free >= octetsMin) {
        tell(free);
      }
    } catch (IOException e) {
      LOG.debugf("%s: its disk cannot be asked for room: %s", folder, e);
    }
  }

  private void tell(long free) {
    if (free < octetsMin) {
      Alarm.DISK_FULL.raise(
          LOG,
          "%s: %d octets are free, less than sessions.disk-free-min; clients hear 452 until there"
              + " is more",
          folder,
          free);
    } else {
      LOG.infof("%s: there is room again, and mail is taken", folder);
    }
  }
}
