/** What an Exim configuration of the seed's kind says, in the words of a site folder. */
@NullMarked
package postbus.cli.exim;

import org.jspecify.annotations.NullMarked;
