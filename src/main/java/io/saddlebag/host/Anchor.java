package io.saddlebag.host;

/**
 * Files whose roots are held until this is closed.
 *
 * @param files for use until then
 * @param held lets the roots go
 */
public record Anchor(HostFiles files, Runnable held) implements AutoCloseable {
    @Override
    public void close() {
        held.run();
    }
}
