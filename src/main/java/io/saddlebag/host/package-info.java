/**
 * What the core asks of the machine it runs on: files, processes, waiting. Ports only; the real machine is in
 * {@code host.local}, its twin for tests in {@code host.memory}.
 */
@NullMarked
package io.saddlebag.host;

import org.jspecify.annotations.NullMarked;
