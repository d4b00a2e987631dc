/** What single parts cost, measured with JMH; README.md has the figures. */
@NullMarked
package postbus.bench;

import org.jspecify.annotations.NullMarked;
