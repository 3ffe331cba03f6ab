package io.saddlebag.cli;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.ElementNames;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.media.Hold;
import io.saddlebag.media.Holds;
import io.saddlebag.media.Volume;
import io.saddlebag.node.LibraryDesk;
import io.saddlebag.node.Node;
import io.saddlebag.protection.Protection;
import io.saddlebag.volume.ScannedVolume;
import io.saddlebag.volume.Target;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
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
        Map<ElementStatus, Optional<Volume>> contents = new LinkedHashMap<>();
        for (ElementStatus status : desk.library().inventory().elements()) {
            contents.put(status, volume(node, status));
        }
        Holds holds = desk.volumes()
                .holds(contents.values().stream()
                        .flatMap(Optional::stream)
                        .map(Volume::id)
                        .toList());
        List<View> views = new ArrayList<>();
        contents.forEach((status, volume) -> views.add(View.of(
                status,
                volume.orElse(null),
                volume.map(each -> holds.of(each.id())).orElse(List.of()))));
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
                        "PROTECTION",
                        "KEPT FOR"),
                views.stream().map(View::row).toList());
        return ExitCode.OK;
    }

    private static Optional<Volume> volume(Node node, ElementStatus status) throws IOException {
        Barcode barcode = status.barcode();
        return barcode == null ? Optional.empty() : node.volumes().find(barcode);
    }

    /** What needs a volume, as JSON shows it. Names are stable. */
    record HoldView(String kind, String why, @Nullable Instant until) {
        static HoldView of(Hold hold) {
            return new HoldView(hold.kind().name().toLowerCase(Locale.ROOT), hold.why(), hold.until());
        }
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
            @Nullable String protection,
            List<HoldView> holds) {
        static View of(ElementStatus status, @Nullable Volume volume, List<Hold> holds) {
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
                    protection == null ? null : protection.toString(),
                    holds.stream().map(HoldView::of).toList());
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
                    shown(protection),
                    holds.stream().map(HoldView::why).collect(Collectors.joining("; ")));
        }

        private static String shown(@Nullable Object value) {
            return value == null ? "" : value.toString();
        }
    }
}
