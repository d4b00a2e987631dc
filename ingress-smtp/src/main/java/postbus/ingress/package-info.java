@NullMarked
package postbus.ingress;

import org.jspecify.annotations.NullMarked;
