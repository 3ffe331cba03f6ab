package io.saddlebag.cli;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.ElementNames;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.media.Volume;
import io.saddlebag.node.LibraryDesk;
import io.saddlebag.node.Node;
import io.saddlebag.protection.Protection;
import io.saddlebag.volume.ScannedVolume;
import io.saddlebag.volume.Target;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "lsvol",
        mixinStandardHelpOptions = true,
        description = "List the volumes in a library, and what the catalog knows of them.")
final class LsvolCommand extends NodeCommand {
    @Parameters(paramLabel = "LIBRARY", description = "Its name in config/saddlebag.yaml.")
    String library = "";

    @Option(
            names = "--label",
            paramLabel = "ELEMENT",
            description = "Load that cartridge (an element, or a barcode) and print the labels on it.")
    @Nullable
    String label;

    @Override
    int run(Node node, Output output) throws Exception {
        LibraryDesk desk = node.library(library);
        String asked = label;
        if (asked != null) {
            ElementNames.requireClear(desk.library(), asked);
            ScannedVolume scanned = desk.volumes().scanVolume(Target.parse(asked));
            if (json()) {
                output.json(scanned.labels());
            } else {
                scanned.labels().forEach(output::line);
            }
            return ExitCode.OK;
        }
        List<View> views = new ArrayList<>();
        for (ElementStatus status : desk.library().inventory().elements()) {
            views.add(View.of(status, volume(node, status)));
        }
        if (json()) {
            output.json(views);
            return ExitCode.OK;
        }
        output.table(
                List.of(
                        "ELEMENT",
                        "BARCODE",
                        "VOLUME",
                        "FAMILY",
                        "SET",
                        "SEQ",
                        "FILES",
                        "STATE",
                        "WRITE UNTIL",
                        "EXPIRES",
                        "OWNER",
                        "PROTECTION"),
                views.stream().map(View::row).toList());
        return ExitCode.OK;
    }

    private static @Nullable Volume volume(Node node, ElementStatus status) throws IOException {
        Barcode barcode = status.barcode();
        Optional<Volume> found =
                barcode == null ? Optional.empty() : node.volumes().find(barcode);
        return found.orElse(null);
    }

    /** An element as JSON shows it. Names are stable. */
    record View(
            String element,
            boolean full,
            @Nullable String barcode,
            @Nullable String volume,
            @Nullable String family,
            @Nullable String set,
            @Nullable Integer sequence,
            @Nullable Integer files,
            @Nullable String state,
            @Nullable Instant writeWindowEnds,
            @Nullable Instant expires,
            @Nullable String owner,
            @Nullable String protection) {
        static View of(ElementStatus status, @Nullable Volume volume) {
            Barcode barcode = status.barcode();
            Protection protection = volume == null ? null : volume.protection();
            return new View(
                    status.element().toString(),
                    status.full(),
                    barcode == null ? null : barcode.value(),
                    volume == null ? null : volume.id().value(),
                    volume == null ? null : volume.family(),
                    volume == null ? null : volume.set().value(),
                    volume == null ? null : volume.sequence(),
                    volume == null ? null : volume.files(),
                    volume == null ? null : volume.state().name().toLowerCase(Locale.ROOT),
                    volume == null ? null : volume.writeWindowEnds(),
                    volume == null ? null : volume.expires(),
                    volume == null ? null : volume.owner(),
                    protection == null ? null : protection.toString());
        }

        List<String> row() {
            return List.of(
                    element,
                    barcode != null ? barcode : full ? "(unreadable)" : "-",
                    shown(volume),
                    shown(family),
                    shown(set),
                    shown(sequence),
                    shown(files),
                    shown(state),
                    shown(writeWindowEnds),
                    shown(expires),
                    shown(owner),
                    shown(protection));
        }

        private static String shown(@Nullable Object value) {
            return value == null ? "" : value.toString();
        }
    }
}
