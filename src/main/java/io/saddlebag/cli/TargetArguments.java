package io.saddlebag.cli;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.node.Node;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command's image goes: exactly one of them. */
final class TargetArguments {
    @Option(names = "--library", paramLabel = "NAME", description = "The library whose volumes are written.")
    @Nullable
    String library;

    @Option(names = "--pool", paramLabel = "NAME", description = "The disk pool that gets the image.")
    @Nullable
    String pool;

    /** @throws IllegalArgumentException when something was asked for that only tapes can do */
    ImageTarget target(Node node, @Nullable String family, TapeArguments tape) throws IOException {
        String disk = pool;
        if (disk == null) {
            return node.target(Objects.requireNonNull(library), family, tape.options());
        }
        if (!tape.given().isEmpty()) {
            throw new IllegalArgumentException("pool " + disk + " is no tape, and has no "
                    + String.join(", ", tape.given().keySet()) + "; leave those options out, or write to a --library");
        }
        return node.poolTarget(disk, family);
    }
}
