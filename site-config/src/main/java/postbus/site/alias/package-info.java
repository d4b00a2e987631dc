/**
 * What alias files say: how a right-hand side is read, as Exim reads it, and whose mailbox an
 * address leads to. Where mail really goes is the router's business.
 */
@NullMarked
package postbus.site.alias;

import org.jspecify.annotations.NullMarked;
