package postbus.content;

import java.util.List;
import java.util.Optional;

/**
 * How a mail is to be converted.
 *
 * @param edits by rising place
 * @param obstacle why octets above 127 will be left; empty if none will
 */
record Plan(List<Edit> edits, Optional<String> obstacle) {}
