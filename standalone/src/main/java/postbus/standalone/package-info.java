/** All five services and a real Kafka broker in one JVM, over the same topics as in a cluster. */
@NullMarked
package postbus.standalone;

import org.jspecify.annotations.NullMarked;
