package postbus.process;

import java.nio.file.Path;

/**
 * What a process is told at its start, beside its site: {@code postbus.*} among the settings of
 * Quarkus (system properties, environment).
 *
 * @param site the site folder; {@code postbus.site}
 * @param data the folder of what this process keeps: contents, mailboxes; {@code postbus.data}
 */
public record ProcessSettings(Path site, Path data) {}
