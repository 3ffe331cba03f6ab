package io.saddlebag.cli;

import io.saddlebag.backup.TapeTarget;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ObjectFlag;
import io.saddlebag.database.DatabaseStream;
import io.saddlebag.database.OutcomeClass;
import io.saddlebag.level.LevelFacts;
import io.saddlebag.node.Node;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "lsbu", mixinStandardHelpOptions = true, description = "List backups, the oldest first.")
final class LsbuCommand extends NodeCommand {
    @Parameters(paramLabel = "NAME", arity = "0..1", description = "Only backups of that name.")
    @Nullable
    String name;

    @Option(names = "--all", description = "Also those that never became complete.")
    boolean all;

    @Option(names = "--flags", description = "What was not read as promised when the backups were made.")
    boolean flags;

    @Override
    int run(Node node, Output output) throws Exception {
        List<Backup> backups = node.catalog().backups(new Catalog.Filter(Optional.ofNullable(name), !all));
        if (flags) {
            return flags(node, backups, output);
        }
        if (json()) {
            output.json(backups.stream().map(View::of).toList());
            return ExitCode.OK;
        }
        Map<String, String> idOfImage = node.catalog().backups(Catalog.Filter.ALL).stream()
                .filter(each -> each.state() != Backup.State.ABANDONED)
                .collect(Collectors.toMap(
                        each -> each.about().imageId(), each -> each.id().toString(), (older, newer) -> newer));
        output.table(
                List.of(
                        "ID",
                        "NAME",
                        "LEVEL",
                        "PARENT",
                        "AT",
                        "STATE",
                        "CONSISTENCY",
                        "OUTCOME",
                        "OBJECTS",
                        "DATA",
                        "STORED",
                        "LAYERS",
                        "VOLUMES"),
                backups.stream().map(backup -> row(backup, idOfImage)).toList());
        return ExitCode.OK;
    }

    private int flags(Node node, List<Backup> backups, Output output) throws IOException {
        List<FlagView> found = new ArrayList<>();
        for (Backup backup : backups) {
            if (backup.state() == Backup.State.COMPLETE || backup.state() == Backup.State.LOST) {
                node.catalog().flags(backup.id(), flag -> found.add(FlagView.of(backup, flag)));
            }
        }
        if (json()) {
            output.json(found);
        } else {
            output.table(
                    List.of("ID", "PATH", "WHAT", "DETAIL"),
                    found.stream().map(FlagView::row).toList());
        }
        return ExitCode.OK;
    }

    /** A flag as JSON shows it. Names are stable. */
    record FlagView(long backup, String path, String what, String detail) {
        static FlagView of(Backup backup, ObjectFlag flag) {
            return new FlagView(backup.id().value(), flag.path(), flag.what(), flag.detail());
        }

        List<String> row() {
            return List.of(Long.toString(backup), path, what, detail);
        }
    }

    private static List<String> row(Backup backup, Map<String, String> idOfImage) {
        Optional<LevelFacts> level = LevelFacts.of(backup.about().facts());
        return List.of(
                backup.id().toString(),
                backup.about().name(),
                level.map(facts -> facts.level().toString()).orElse("-"),
                level.map(LevelFacts::parent)
                        .map(image -> idOfImage.getOrDefault(image, "missing"))
                        .orElse("-"),
                backup.about().at().toString(),
                backup.state().name().toLowerCase(Locale.ROOT),
                backup.about().consistency().toLowerCase(Locale.ROOT),
                OutcomeClass.of(backup.about().facts())
                        .map(OutcomeClass::display)
                        .orElse("-"),
                Long.toString(backup.objects()),
                ByteCount.of(backup.dataBytes()).toString(),
                ByteCount.of(backup.imageBytes()).toString(),
                String.join(",", backup.about().layers()),
                String.join(" ", backup.places()));
    }

    /** A backup as JSON shows it. Names are stable. */
    record View(
            long id,
            String name,
            String imageId,
            @Nullable String level,
            @Nullable String parentImageId,
            Instant at,
            String state,
            String consistency,
            @Nullable String outcome,
            @Nullable String method,
            String job,
            long objects,
            long dataBytes,
            long imageBytes,
            List<String> layers,
            List<String> drives,
            List<SectionView> sections,
            List<FileView> files) {
        record FileView(
                String pool,
                String path,
                long bytes,
                @Nullable Instant expires) {}

        record SectionView(
                int lane, int section, String volume, int fileNumber, int volumeSequence, long block, long bytes) {}

        static View of(Backup backup) {
            return new View(
                    backup.id().value(),
                    backup.about().name(),
                    backup.about().imageId(),
                    LevelFacts.of(backup.about().facts())
                            .map(facts -> facts.level().toString())
                            .orElse(null),
                    LevelFacts.of(backup.about().facts())
                            .map(LevelFacts::parent)
                            .orElse(null),
                    backup.about().at(),
                    backup.state().name().toLowerCase(Locale.ROOT),
                    backup.about().consistency().toLowerCase(Locale.ROOT),
                    OutcomeClass.of(backup.about().facts())
                            .map(OutcomeClass::display)
                            .orElse(null),
                    backup.about().facts().get(DatabaseStream.METHOD_FACT),
                    backup.about().job(),
                    backup.objects(),
                    backup.dataBytes(),
                    backup.imageBytes(),
                    backup.about().layers(),
                    TapeTarget.drives(backup.about().facts()),
                    backup.sections().stream()
                            .map(section -> new SectionView(
                                    section.lane(),
                                    section.section(),
                                    section.volume().value(),
                                    section.fileNumber(),
                                    section.volumeSequence(),
                                    section.label().value(),
                                    section.bytes()))
                            .toList(),
                    backup.files().stream()
                            .map(file -> new FileView(file.pool(), file.path(), file.bytes(), file.expires()))
                            .toList());
        }
    }
}
