@NullMarked
package postbus.cli;

import org.jspecify.annotations.NullMarked;
