package io.saddlebag.cli;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Inventory;
import io.saddlebag.library.Move;
import io.saddlebag.library.Shelf;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.node.LibraryDesk;
import io.saddlebag.node.Node;
import io.saddlebag.volume.Identification;
import io.saddlebag.volume.Overwrite;
import io.saddlebag.volume.RobotOperations;
import io.saddlebag.volume.VolumeOperations;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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
            "  saddlebag library vault labelvol se3 --family nightly"
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
        return with((desk, node, output) -> desk.robot().load(Element.parse(from), Element.parse(drive)));
    }

    @Command(
            name = "unloadvol",
            mixinStandardHelpOptions = true,
            description = "Take a drive's cartridge out, to an element or where it came from.")
    int unload(
            @Parameters(paramLabel = "DRIVE") String drive,
            @Parameters(paramLabel = "TO", arity = "0..1") @Nullable String to)
            throws Exception {
        return with((desk, node, output) -> {
            if (to == null) {
                desk.robot().unload(Element.parse(drive));
            } else {
                desk.robot().unload(Element.parse(drive), Element.parse(to));
            }
        });
    }

    @Command(name = "movevol", mixinStandardHelpOptions = true, description = "Move a cartridge between elements.")
    int move(@Parameters(paramLabel = "FROM") String from, @Parameters(paramLabel = "TO") String to) throws Exception {
        return with((desk, node, output) -> desk.robot().move(Element.parse(from), Element.parse(to)));
    }

    @Command(
            name = "importvol",
            mixinStandardHelpOptions = true,
            description = "Move from mail slots to slots, e.g. iee1-3; without SE to the next empty ones.")
    int importVolume(
            @Parameters(paramLabel = "IEE") String from,
            @Parameters(paramLabel = "SE", arity = "0..1") @Nullable String to)
            throws Exception {
        return with((desk, node, output) -> moved(
                output,
                to == null
                        ? desk.robot().importVolumes(Element.parseAll(from))
                        : desk.robot().importVolumes(Element.parseAll(from), Element.parseAll(to))));
    }

    @Command(
            name = "exportvol",
            mixinStandardHelpOptions = true,
            description = "Move from slots to mail slots, e.g. 1-5; without IEE to the next empty ones.")
    int exportVolume(
            @Parameters(paramLabel = "SE") String from,
            @Parameters(paramLabel = "IEE", arity = "0..1") @Nullable String to)
            throws Exception {
        return with((desk, node, output) -> moved(
                output,
                to == null
                        ? desk.robot().exportVolumes(Element.parseAll(from))
                        : desk.robot().exportVolumes(Element.parseAll(from), Element.parseAll(to))));
    }

    private static void moved(Output output, List<Move> moves) {
        moves.forEach(move -> output.line("moved " + move));
    }

    @Command(
            name = "insertvol",
            mixinStandardHelpOptions = true,
            description = "Put a cartridge from outside of a virtual library into a slot or mail slot.")
    int insert(@Parameters(paramLabel = "BARCODE") String barcode, @Parameters(paramLabel = "ELEMENT") String element)
            throws Exception {
        return with((desk, node, output) -> shelf(desk).insert(new Barcode(barcode), Element.parse(element)));
    }

    @Command(
            name = "extractvol",
            mixinStandardHelpOptions = true,
            description = "Take a cartridge out of a virtual library; its content stays.")
    int extract(@Parameters(paramLabel = "ELEMENTS", description = "One or several, e.g. 1-5.") String elements)
            throws Exception {
        return with((desk, node, output) -> {
            for (Element element : Element.parseAll(elements)) {
                output.line("cartridge " + shelf(desk).extract(element) + " is outside");
            }
        });
    }

    @Command(name = "opendoor", mixinStandardHelpOptions = true, description = "Let an operator reach in.")
    int openDoor() throws Exception {
        return with((desk, node, output) -> desk.robot().openDoor());
    }

    @Command(name = "closedoor", mixinStandardHelpOptions = true, description = "End that, and look at every element.")
    int closeDoor() throws Exception {
        return with((desk, node, output) -> desk.robot().closeDoor());
    }

    @Command(name = "labelvol", mixinStandardHelpOptions = true, description = "Write a volume label on a cartridge.")
    int label(
            @Parameters(paramLabel = "CARTRIDGE", description = "An element or a barcode.") String cartridge,
            @Option(names = "--family", description = "Media family of the volume.") @Nullable String family,
            @Option(names = "--id", description = "An id of its own, not the sequence's next.") @Nullable String id,
            @Option(names = "--even-if-in-use", description = "Overwrite what has not expired. The data on it is lost.")
                    boolean inUse)
            throws Exception {
        return with((desk, node, output) -> {
            var order = new VolumeOperations.LabelOrder(
                    family == null ? null : family(node, family),
                    id == null ? null : new VolumeId(id),
                    user(),
                    node.name());
            Volume volume = desk.volumes().label(LsvolCommand.target(cartridge), order, allowed(inUse));
            output.line("volume " + volume.id());
        });
    }

    @Command(name = "unlabelvol", mixinStandardHelpOptions = true, description = "Make a cartridge blank again.")
    int unlabel(
            @Parameters(paramLabel = "CARTRIDGE") String cartridge,
            @Option(names = "--even-if-in-use", description = "Also what has not expired. The data on it is lost.")
                    boolean inUse)
            throws Exception {
        return with(
                (desk, node, output) -> desk.volumes().unlabel(LsvolCommand.target(cartridge), user(), allowed(inUse)));
    }

    @Command(
            name = "identifyvol",
            mixinStandardHelpOptions = true,
            description = "Read a cartridge's label and compare it with barcode and catalog.")
    int identify(@Parameters(paramLabel = "CARTRIDGE") String cartridge) throws Exception {
        return with((desk, node, output) -> {
            Identification seen = desk.volumes().identify(LsvolCommand.target(cartridge));
            var label = seen.label();
            output.line(label == null ? "no label of ours" : "volume " + label.id());
            if (!seen.problem().isEmpty()) {
                output.line("PROBLEM: " + seen.problem());
            }
        });
    }

    @Command(
            name = "reusevol",
            mixinStandardHelpOptions = true,
            description = "Give a volume back: it may be written over from now on.")
    int reuse(
            @Parameters(paramLabel = "VOLUME") String volume,
            @Option(names = "--even-if-in-use", description = "Although it has not expired.") boolean inUse)
            throws Exception {
        return with((desk, node, output) -> {
            Volume given = desk.volumes().reuse(new VolumeId(volume), user(), allowed(inUse));
            output.line("volume " + given.id() + " may be written over");
        });
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

    private static MediaFamily family(Node node, String name) throws Exception {
        return node.volumes().families().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no media family '" + name + "'; 'families' in"
                        + " config/saddlebag.yaml names them"));
    }

    private String user() {
        return Objects.requireNonNull(parent).surroundings().user();
    }

    private Shelf shelf(LibraryDesk desk) {
        Shelf shelf = desk.shelf();
        if (shelf == null) {
            throw new IllegalArgumentException(
                    "library " + library + " is a real one: open its door or use its mail slots for that");
        }
        return shelf;
    }

    private static Overwrite allowed(boolean inUse) {
        return inUse ? Overwrite.ANYTHING : Overwrite.NOTHING_VALID;
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
