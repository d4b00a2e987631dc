package postbus.site;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A command that alias files may pipe mail to.
 *
 * @param name how the site calls it
 * @param command the program, absolute; an alias adds arguments
 * @param user who runs it, if this process is root; otherwise this process's own user does
 * @param runMax for it to end; then it is killed, and the mail tried again later
 * @param outputMax octets of its output that are read; more is thrown away
 * @param atOnceMax processes of it at the same time
 */
public record Pipe(
    String name, Path command, String user, Duration runMax, int outputMax, int atOnceMax) {}
