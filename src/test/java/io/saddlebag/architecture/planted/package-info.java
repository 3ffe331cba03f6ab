/** Classes that break the rules on purpose, in packages named like the real ones; nothing runs them. */
package io.saddlebag.architecture.planted;
