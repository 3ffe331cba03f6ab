package io.saddlebag.cli;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.node.Node;
import io.saddlebag.protection.FileRights;
import io.saddlebag.tapeoption.TapeOptions;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
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
        return target(node, family, tape, TapeArguments::options);
    }

    /**
     * As {@link #target}, of journals: blocks on tape are protected by default (M7).
     *
     * @throws IllegalArgumentException when something was asked for that only tapes can do
     */
    ImageTarget journalTarget(Node node, @Nullable String family, TapeArguments tape) throws IOException {
        return target(node, family, tape, TapeArguments::optionsOfJournals);
    }

    private ImageTarget target(
            Node node, @Nullable String family, TapeArguments tape, Function<TapeArguments, TapeOptions> options)
            throws IOException {
        String disk = pool;
        if (disk == null) {
            return node.target(Objects.requireNonNull(library), family, options.apply(tape));
        }
        Map<String, String> given = tape.given();
        FileRights rights = FileRights.parse(given.remove("owner"), given.remove("protection"));
        if (!given.isEmpty()) {
            throw new IllegalArgumentException("pool " + disk + " is no tape, and has no "
                    + String.join(", ", given.keySet()) + "; leave those options out, or write to a --library");
        }
        return node.poolTarget(disk, family, rights);
    }
}
