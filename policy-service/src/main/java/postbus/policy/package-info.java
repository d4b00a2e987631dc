/**
 * Judges: may this recipient be used, may this mail pass. It never moves a mail that a client still
 * owns; of those that were taken unjudged it is the only reader.
 *
 * <p>A new check of a content is one class that implements {@link ContentCheck} and one line in
 * {@link Policy}.
 */
@NullMarked
package postbus.policy;

import org.jspecify.annotations.NullMarked;
