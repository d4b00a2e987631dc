/**
 * The octets of a mail as they leave: header fields on top, line ends mended, converted where the
 * server takes only seven bits, signed (DKIM). {@link postbus.content.OutgoingContent} is the way
 * in.
 */
@NullMarked
package postbus.content;

import org.jspecify.annotations.NullMarked;
