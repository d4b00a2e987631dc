package postbus.process;

import java.nio.file.Path;
import java.time.Duration;
import postbus.log.StageSettings;

/**
 * What a process is told at its start, beside its site: {@code postbus.*} among the settings of
 * Quarkus (system properties, environment).
 *
 * @param site the site folder; {@code postbus.site}
 * @param data the folder of what this process keeps: contents, mailboxes; {@code postbus.data}
 * @param stopWait how long it waits at its end for what cannot be undone, such as a mail whose
 *     final dot is sent; {@code postbus.stop-wait}
 */
public record ProcessSettings(Path site, Path data, Duration stopWait) {
  private static final Duration STOP_WAIT_MIN = Duration.ofSeconds(1);

  /**
   * @throws IllegalArgumentException naming what is wrong, and what was expected
   */
  public ProcessSettings {
    Duration most = StageSettings.STOP_WAIT_MAX;
    if (stopWait.compareTo(STOP_WAIT_MIN) < 0 || stopWait.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "postbus.stop-wait: expected %d s to %d s, found %d ms"
              .formatted(STOP_WAIT_MIN.toSeconds(), most.toSeconds(), stopWait.toMillis()));
    }
  }
}
