/**
 * The log: how a stage takes mails from Kafka and records what follows, exactly once; the topics
 * and their settings; the content store.
 *
 * <p>The only place, beside the ingress's intake, that uses the Kafka clients.
 */
@NullMarked
package postbus.log;

import org.jspecify.annotations.NullMarked;
