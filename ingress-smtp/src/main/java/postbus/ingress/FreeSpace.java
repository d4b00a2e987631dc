package postbus.ingress;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
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
  private final Disk disk;
  private final AtomicBoolean enough = new AtomicBoolean(true);
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile double free = Double.NaN;
  private volatile long lookedAt = System.nanoTime() - LOOK_EVERY_NANOS;

  /** Says how many octets are free where a folder is; may block. */
  interface Disk {
    long free(Path folder) throws IOException;
  }

  @Inject
  FreeSpace(ProcessSettings settings, Site site) {
    this(settings.data(), site.sessions().diskFreeMin());
    gauge("postbus.ingress.disk.free.octets", this::free);
    gauge("postbus.ingress.disk.free.min.octets", () -> octetsMin);
  }

  private static void gauge(String name, Supplier<Number> value) {
    Gauge.builder(name, value).strongReference(true).register(Metrics.globalRegistry);
  }

  FreeSpace(Path folder, long octetsMin) {
    this(folder, octetsMin, at -> Files.getFileStore(at).getUsableSpace());
  }

  FreeSpace(Path folder, long octetsMin, Disk disk) {
    this.folder = folder;
    this.octetsMin = octetsMin;
    this.disk = disk;
    look();
  }

  /**
   * As of a moment ago. Never waits for the disk: it is looked at by another thread, one at a time,
   * and no virtual one, as a file system that hangs would keep its carrier.
   */
  boolean isEnough() {
    refresh();
    return enough.get();
  }

  /** Octets that were free a moment ago, or when somebody last asked; NaN if that is not known. */
  double free() {
    refresh();
    return free;
  }

  private void refresh() {
    if (System.nanoTime() - lookedAt >= LOOK_EVERY_NANOS && looking.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("free-space").start(this::look);
    }
  }

  private void look() {
    try {
      long octets = disk.free(folder);
      free = octets;
      if (enough.getAndSet(octets >= octetsMin) != octets >= octetsMin) {
        tell(octets);
      }
    } catch (IOException e) {
      LOG.debugf("%s: its disk cannot be asked for room: %s", folder, e);
    } finally {
      lookedAt = System.nanoTime();
      looking.set(false);
    }
  }

  private void tell(long octets) {
    if (octets < octetsMin) {
      Alarm.DISK_FULL.raise(
          LOG,
          "%s: %d octets are free, less than sessions.disk-free-min; clients hear 452 until there"
              + " is more",
          folder,
          octets);
    } else {
      LOG.infof("%s: there is room again, and mail is taken", folder);
    }
  }
}
