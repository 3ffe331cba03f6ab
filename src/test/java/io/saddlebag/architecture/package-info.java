/** The rules of docs/ARCHITECTURE.md as tests, and the proof that each of them bites. */
@NullMarked
package io.saddlebag.architecture;

import org.jspecify.annotations.NullMarked;
