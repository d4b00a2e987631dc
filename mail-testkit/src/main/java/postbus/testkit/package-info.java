@NullMarked
package postbus.testkit;

import org.jspecify.annotations.NullMarked;
