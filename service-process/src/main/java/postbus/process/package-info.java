/** What every process of Postbus has: its settings, its site, its log, its start and its end. */
@NullMarked
package postbus.process;

import org.jspecify.annotations.NullMarked;
