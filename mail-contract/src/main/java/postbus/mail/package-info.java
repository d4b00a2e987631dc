/**
 * The values that services exchange, in the field's own words (RFC 5321, 5322, 3463, 3464).
 *
 * <p>Records and sealed interfaces only: no framework, no Kafka, no I/O, no null. A type that only
 * one service uses lives in that service.
 */
@NullMarked
package postbus.mail;

import org.jspecify.annotations.NullMarked;
