@NullMarked
package postbus.broker;

import org.jspecify.annotations.NullMarked;
