/**
 * Where each recipient's mail goes: the seed's routers in the seed's order, each a small class.
 *
 * <p>{@link postbus.router.RouterStage} alone knows the log; what is behind it is plain Java on
 * values, and blocks where files or DNS are asked.
 */
@NullMarked
package postbus.router;

import org.jspecify.annotations.NullMarked;
