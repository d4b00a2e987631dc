/** What Postbus and its parts cost; README.md tells how to measure, RESULTS.md has the figures. */
@NullMarked
package postbus.bench;

import org.jspecify.annotations.NullMarked;
