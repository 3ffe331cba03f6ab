package io.saddlebag.cli;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementNames;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Inventory;
import io.saddlebag.library.Move;
import io.saddlebag.node.LibraryDesk;
import io.saddlebag.node.Node;
import io.saddlebag.operator.Carriage;
import io.saddlebag.operator.Carrier;
import io.saddlebag.operator.MediaJobs;
import io.saddlebag.operator.Series;
import io.saddlebag.volume.RobotOperations;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Operations on a library's cartridges (M13). Elements: se1 (or 1), iee1, dte1; cartridges also by barcode. */
@Command(
        name = "library",
        mixinStandardHelpOptions = true,
        description = "Move cartridges, manage their labels and the drives.",
        subcommands = {
            LibraryLabels.Label.class,
            LibraryLabels.Unlabel.class,
            LibraryLabels.Identify.class,
            LibraryLabels.Reuse.class,
            LibraryDrives.Clean.class,
            LibraryDrives.Mount.class,
            LibraryDrives.Unmount.class,
            LibraryDrives.Reserve.class,
            LibraryDrives.Release.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  saddlebag library vault inventory",
            "  saddlebag library vault movevol se1 dte1",
            "  saddlebag library vault labelvol 1-5 --family nightly"
        })
final class LibraryCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "LIBRARY", description = "Its name in config/saddlebag.yaml.")
    String library = "";

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                "which operation on library " + library + "? See 'saddlebag library --help'.");
    }

    @Command(name = "inventory", mixinStandardHelpOptions = true, description = "Show what is in each element.")
    int inventory(
            @Option(names = "--force", description = "Let the robot look at every element.") boolean force,
            @Parameters(paramLabel = "ELEMENTS", arity = "0..1", description = "Only these, e.g. 1-5 or iee1-2.")
                    @Nullable
                    String only)
            throws Exception {
        return with((desk, node, output) -> {
            ElementNames.requireClear(desk.library(), only);
            Set<Element> wanted = only == null ? Set.of() : Set.copyOf(Element.parseAll(only));
            Inventory inventory =
                    desk.robot().inventory(force ? RobotOperations.Look.PHYSICAL : RobotOperations.Look.REMEMBERED);
            List<ElementStatus> shown = inventory.elements().stream()
                    .filter(status -> wanted.isEmpty() || wanted.contains(status.element()))
                    .toList();
            if (Objects.requireNonNull(parent).json) {
                output.json(shown.stream().map(View::of).toList());
            } else {
                output.table(
                        List.of("ELEMENT", "BARCODE", "CAME FROM"),
                        shown.stream().map(LibraryCommand::row).toList());
            }
        });
    }

    @Command(name = "loadvol", mixinStandardHelpOptions = true, description = "Bring a cartridge into a drive.")
    int load(@Parameters(paramLabel = "FROM") String from, @Parameters(paramLabel = "DRIVE") String drive)
            throws Exception {
        return inJob("loadvol " + from + " " + drive, (desk, node, report) -> {
            desk.robot().load(Element.parse(from), Element.parse(drive));
        });
    }

    @Command(
            name = "unloadvol",
            mixinStandardHelpOptions = true,
            description = "Take a drive's cartridge out, to an element or where it came from.")
    int unload(
            @Parameters(paramLabel = "DRIVE") String drive,
            @Parameters(paramLabel = "TO", arity = "0..1") @Nullable String to)
            throws Exception {
        return inJob("unloadvol " + drive + behind(to), (desk, node, report) -> {
            if (to == null) {
                desk.robot().unload(Element.parse(drive));
            } else {
                desk.robot().unload(Element.parse(drive), Element.parse(to));
            }
        });
    }

    @Command(
            name = "movevol",
            mixinStandardHelpOptions = true,
            description = "Move cartridges between elements, e.g. se1 iee1, or 1-3 4-6.")
    int move(@Parameters(paramLabel = "FROM") String from, @Parameters(paramLabel = "TO") String to) throws Exception {
        return inJob(
                "movevol " + from + " " + to,
                (desk, node, report) ->
                        carry(desk, report, desk.robot().planMoves(Element.parseAll(from), Element.parseAll(to))));
    }

    @Command(
            name = "importvol",
            mixinStandardHelpOptions = true,
            description = "Move from mail slots to slots, e.g. iee1-3; without SE to the next empty ones.")
    int importVolume(
            @Parameters(paramLabel = "IEE") String from,
            @Parameters(paramLabel = "SE", arity = "0..1") @Nullable String to)
            throws Exception {
        return inJob(
                "importvol " + from + behind(to),
                (desk, node, report) -> carry(
                        desk,
                        report,
                        desk.robot().planImport(Element.parseAll(from), to == null ? null : Element.parseAll(to))));
    }

    @Command(
            name = "exportvol",
            mixinStandardHelpOptions = true,
            description = "Move from slots to mail slots, e.g. 1-5; without IEE to the next empty ones.")
    int exportVolume(
            @Parameters(paramLabel = "SE") String from,
            @Parameters(paramLabel = "IEE", arity = "0..1") @Nullable String to)
            throws Exception {
        return inJob(
                "exportvol " + from + behind(to),
                (desk, node, report) -> carry(
                        desk,
                        report,
                        desk.robot().planExport(Element.parseAll(from), to == null ? null : Element.parseAll(to))));
    }

    private static void carry(LibraryDesk desk, SeriesReport report, List<Move> moves)
            throws IOException, InterruptedException {
        report.each("moving", moves, Series.step(desk.robot()::carry, move -> "moved " + move));
    }

    private static String behind(@Nullable String text) {
        return text == null ? "" : " " + text;
    }

    @Command(
            name = "insertvol",
            mixinStandardHelpOptions = true,
            description =
                    "Bring cartridges from outside into slots or mail slots, e.g. TAPE01L6,TAPE02L6 1-2. With a real"
                            + " library an operator carries them: it is asked for, and the robot looks whether they are there.")
    int insert(
            @Parameters(paramLabel = "BARCODE") String barcodes,
            @Parameters(paramLabel = "ELEMENT") String elements,
            @Mixin PromptArgument prompt)
            throws Exception {
        List<Carriage> all = Carriage.all(Carriage.barcodes(barcodes), Element.parseAll(elements));
        return inJob("insertvol " + barcodes + " " + elements, (desk, node, report) -> {
            Carrier carrier = desk.carriers().of(report.job(), prompt.prompt());
            report.each("inserting", all, Series.step(each -> each.by(carrier), each -> "inserted " + each));
        });
    }

    @Command(
            name = "extractvol",
            mixinStandardHelpOptions = true,
            description =
                    "Take cartridges out of slots or mail slots; their content stays. With a real library an operator"
                            + " takes them: it is asked for, and the robot looks whether they are gone.")
    int extract(
            @Parameters(paramLabel = "ELEMENTS", description = "One or several, e.g. 1-5.") String elements,
            @Mixin PromptArgument prompt)
            throws Exception {
        List<Element> all = Element.parseAll(elements);
        return inJob("extractvol " + elements, (desk, node, report) -> {
            Carrier carrier = desk.carriers().of(report.job(), prompt.prompt());
            report.each("extracting", all, Series.step(carrier::extract, Carriage::outside));
        });
    }

    @Command(name = "opendoor", mixinStandardHelpOptions = true, description = "Let an operator reach in.")
    int openDoor() throws Exception {
        return inJob("opendoor", (desk, node, report) -> desk.robot().openDoor());
    }

    @Command(name = "closedoor", mixinStandardHelpOptions = true, description = "End that, and look at every element.")
    int closeDoor() throws Exception {
        return inJob("closedoor", (desk, node, report) -> desk.robot().closeDoor());
    }

    interface Operation {
        void run(LibraryDesk desk, Node node, Output output) throws Exception;
    }

    int with(Operation operation) throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.LOOK)) {
            operation.run(node.library(library), node, root.output());
        }
        return ExitCode.OK;
    }

    /** Something that is done, not only looked at. */
    interface Work {
        void run(LibraryDesk desk, Node node, SeriesReport report) throws IOException, InterruptedException;
    }

    /**
     * As a job with a transcript (S10).
     *
     * @param text the operation as it was typed
     */
    int inJob(String text, Work work) throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        // looked at only: what dead processes left may need many a mount, and an operator wants to move one cartridge
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.LOOK);
                JobWatch watch = JobWatch.of(node, root.surroundings(), null)) {
            watch.begin();
            LibraryDesk desk = node.library(library);
            ElementNames.requireClear(desk.library(), text.split(" "));
            MediaJobs.Order order = new MediaJobs.Order(library, text, user());
            node.mediaJobs().run(order, job -> {
                SeriesReport report = new SeriesReport(job, root.output(), root.json);
                try {
                    work.run(desk, node, report);
                } finally {
                    report.end();
                }
                return job.name();
            });
        }
        return ExitCode.OK;
    }

    Surroundings surroundings() {
        return Objects.requireNonNull(parent).surroundings();
    }

    String user() {
        return Objects.requireNonNull(parent).surroundings().user();
    }

    private static List<String> row(ElementStatus status) {
        Barcode barcode = status.barcode();
        Element from = status.cameFrom();
        return List.of(
                status.element().toString(),
                barcode != null ? barcode.value() : status.full() ? "(unreadable)" : "-",
                from == null ? "" : from.toString());
    }

    /** An element as JSON shows it. Names are stable. */
    record View(
            String element,
            boolean full,
            @Nullable String barcode,
            @Nullable String cameFrom) {
        static View of(ElementStatus status) {
            Barcode barcode = status.barcode();
            Element from = status.cameFrom();
            return new View(
                    status.element().toString(),
                    status.full(),
                    barcode == null ? null : barcode.value(),
                    from == null ? null : from.toString());
        }
    }
}
