package io.saddlebag.camel.library;

import io.saddlebag.camel.journal.JournalEvent;
import io.saddlebag.camel.node.ExchangeJob;
import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.job.JobRun;
import io.saddlebag.journal.JournalMessage;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.media.VolumeId;
import io.saddlebag.node.Node;
import io.saddlebag.operator.Carriage;
import io.saddlebag.operator.MediaJobs;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.volume.Overwrite;
import io.saddlebag.volume.Target;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/**
 * Moves the cartridges of a library and manages their labels.
 *
 * Elements are se1 or 1 (a slot), iee1 (a mail slot) and dte1 (a drive). Everything is checked before anything moves or is
 * overwritten.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "library",
        title = "Saddlebag Library",
        syntax = "library:library",
        category = {Category.IOT, Category.FILE},
        headersClass = SaddlebagHeaders.class)
public class LibraryEndpoint extends SaddlebagEndpoint {
    @UriPath(description = "The library's name in config/saddlebag.yaml.")
    @Metadata(required = true)
    private @Nullable String library;

    @UriParam(
            enums = "inventory,scan,load,unload,move,import,export,insert,extract,opendoor,closedoor,clean,mount,"
                    + "unmount,reserve,release,discover,label,unlabel,identify,reuse,lsvol,watch",
            description =
                    "inventory sets the body to what the robot knows, scan to what it finds when it looks at every"
                            + " element. load, unload and move need from and to (unload: only from); import goes from mail slots to"
                            + " slots, export back, without to the next empty ones. insert and extract carry cartridges in and out:"
                            + " those of a virtual library by themselves, those of a real one by an operator's hand, which is asked"
                            + " for, and the robot looks whether it was done. clean cleans"
                            + " the drive in from with a cleaning cartridge, mount and unmount make its cartridge ready or"
                            + " let it go, reserve keeps it from all jobs until release or the end of the node. discover"
                            + " sets the body to the devices that are attached to this machine. label, identify"
                            + " and reuse set the body to the volume or to what the cartridge proved to be, lsvol to all volumes."
                            + " move, import, export, insert, extract, label, unlabel, identify and reuse take several, as in"
                            + " 1-5 or iee1-3,se7: the failure of one keeps the others from nothing, and the body becomes a list. What"
                            + " changes something is a job with a transcript, or a step of the job that the exchange belongs to."
                            + " watch is for from: an exchange for each event, such as a door, a cartridge in a mail slot, a"
                            + " changed inventory, an alert of a drive or its wish to be cleaned.")
    @Metadata(required = true)
    private @Nullable LibraryOperation operation;

    @UriParam(label = "robot", description = "The element that the cartridge is in, e.g. se1, or several, e.g. 1-5.")
    private @Nullable String from;

    @UriParam(
            label = "robot",
            description = "The element that the cartridge goes to, e.g. dte1, or as many as there are cartridges.")
    private @Nullable String to;

    @UriParam(
            label = "label",
            description =
                    "The cartridge, by its element or its barcode, or several, e.g. 1-5; for insert by barcodes only.")
    private @Nullable String cartridge;

    @UriParam(label = "label", description = "Media family of the volume that is labelled; else it belongs to none.")
    private @Nullable String family;

    @UriParam(
            label = "label",
            description =
                    "Id of the volume: for label one of its own, not the sequence's next; for reuse the volumes that are"
                            + " given back, with commas between, unless cartridge names what holds them.")
    private @Nullable String volume;

    @UriParam(
            label = "label",
            description = "Whose volumes these are, as in labels; else the user that this process runs as.")
    private @Nullable String owner;

    @UriParam(
            label = "label",
            description =
                    "Overwrite or give back also what has not expired, is needed by other backups or belongs to others. The data"
                            + " on it is lost.")
    private boolean evenIfInUse;

    @UriParam(
            label = "label",
            description =
                    "Overwrite or give back also journals that a backup is rolled forward with. Their chain is recorded as"
                            + " broken, which is a JournalEvent and a warning of the job: make a full backup of the database at once.")
    private boolean breakChain;

    @UriParam(
            label = "robot",
            enums = "automatic,operator,client",
            defaultValue = "operator",
            description =
                    "Who is asked where insert and extract need a hand. operator: the job waits until somebody answers it with"
                            + " rpyjob, or the robot sees that it is done. automatic: nobody, it fails at once unless it is done already.")
    private Prompt prompt = Prompt.OPERATOR;

    @UriParam(
            label = "consumer",
            defaultValue = "60000",
            javaType = "java.time.Duration",
            description = "How often the library is asked for news; only with operation=watch.")
    private long delay = 60_000;

    public LibraryEndpoint(String uri, LibraryComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        if (operation() == LibraryOperation.WATCH) {
            throw new UnsupportedOperationException(
                    getEndpointUri() + " is the start of a route; other operations stand in 'to' steps");
        }
        return operation().movesCartridges() ? new RobotProducer(this) : new VolumeProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        if (operation() != LibraryOperation.WATCH) {
            return super.createConsumer(processor);
        }
        LibraryConsumer consumer = new LibraryConsumer(this, processor);
        consumer.setDelay(delay);
        consumer.setInitialDelay(0);
        return consumer;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        LibraryOperation wanted = operation;
        if (wanted == null) {
            throw lacks("operation", "library:" + library + "?operation=inventory");
        }
        Map<String, String> given = given();
        for (String option : wanted.needs()) {
            if (!given.containsKey(option)) {
                throw lacks(option, "library:" + library + "?operation=move&from=se1&to=iee1");
            }
        }
        requireValid(wanted, given);
    }

    private Map<String, String> given() {
        Map<String, String> given = new TreeMap<>();
        put(given, "from", from);
        put(given, "to", to);
        put(given, "cartridge", cartridge);
        put(given, "volume", volume);
        return given;
    }

    private static void put(Map<String, String> given, String option, @Nullable String value) {
        if (value != null) {
            given.put(option, value);
        }
    }

    private void requireValid(LibraryOperation wanted, Map<String, String> given) {
        if (wanted == LibraryOperation.REUSE && volume == null && cartridge == null) {
            throw lacks("volume", "library:" + library + "?operation=reuse&volume=VOL000001");
        }
        try {
            if ((given.containsKey("from") && fromAll().size() > 1)
                    || (given.containsKey("to") && toAll().size() > 1)) {
                requireRanges(wanted);
            }
            if (wanted == LibraryOperation.INSERT) {
                Carriage.all(barcodes(), toAll());
            } else if (given.containsKey("cartridge")
                    && targets().size() > 1
                    && wanted == LibraryOperation.LABEL
                    && volume != null) {
                throw new IllegalArgumentException("one volume id can't be given to several cartridges; leave it out");
            }
            if (volumeIds().size() > 1 && wanted != LibraryOperation.REUSE) {
                throw new IllegalArgumentException("'" + volume + "' are several volumes, and one is wanted");
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(getEndpointUri() + ": " + e.getMessage(), e);
        }
    }

    private static void requireRanges(LibraryOperation wanted) {
        if (!wanted.takesRanges()) {
            throw new IllegalArgumentException(
                    "this operation takes one element at a time; move, import, export, insert and extract take ranges");
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        Node there = nodeIfThere();
        if (there != null) {
            requireKnown("library", libraryName(), there.libraries());
        }
    }

    String libraryName() {
        return Objects.requireNonNull(library);
    }

    LibraryOperation operation() {
        return Objects.requireNonNull(operation);
    }

    Element from() {
        return Element.parse(Objects.requireNonNull(from));
    }

    Element to() {
        return Element.parse(Objects.requireNonNull(to));
    }

    List<Element> fromAll() {
        return Element.parseAll(Objects.requireNonNull(from));
    }

    List<Element> toAll() {
        return Element.parseAll(Objects.requireNonNull(to));
    }

    @Nullable
    List<Element> toAllOrNull() {
        return to == null ? null : toAll();
    }

    List<Barcode> barcodes() {
        return Carriage.barcodes(Objects.requireNonNull(cartridge));
    }

    List<Target> targets() {
        return Target.parseAll(Objects.requireNonNull(cartridge));
    }

    /** Empty when none is given. */
    List<VolumeId> volumeIds() {
        String ids = volume;
        return ids == null
                ? List.of()
                : Arrays.stream(ids.split(",", -1))
                        .map(id -> new VolumeId(id.strip()))
                        .toList();
    }

    /** As a step of the job that the exchange belongs to, else as a job of its own (S10). */
    <T extends @Nullable Object> T inJob(Exchange exchange, MediaJobs.Work<T> work) throws Exception {
        String operation = Stream.of(operation().verb(), cartridge, volume, from, to)
                .filter(Objects::nonNull)
                .collect(Collectors.joining(" "));
        Optional<ExchangeJob> belongs = ExchangeJob.find(exchange, context());
        if (belongs.isPresent()) {
            JobRun job = belongs.get().run().job();
            return job.step("library " + libraryName() + " " + operation, () -> work.run(job));
        }
        return node().mediaJobs().run(new MediaJobs.Order(libraryName(), operation, null), work);
    }

    String ownerOfLabels() {
        return owner == null ? System.getProperty("user.name", "saddlebag") : owner;
    }

    /** For operators, as what passes over journals say (J13, J14). */
    void alarm(String journals, String message, String text) {
        try {
            getCamelContext()
                    .getManagementStrategy()
                    .notify(new JournalEvent(this, journals, JournalMessage.valueOf(message), text));
        } catch (Exception e) {
            throw new IllegalStateException("a listener of events failed", e);
        }
    }

    Overwrite overwrite() {
        return Overwrite.of(evenIfInUse, breakChain);
    }

    public @Nullable String getLibrary() {
        return library;
    }

    public void setLibrary(String library) {
        this.library = library;
    }

    public @Nullable LibraryOperation getOperation() {
        return operation;
    }

    public void setOperation(@Nullable LibraryOperation operation) {
        this.operation = operation;
    }

    public @Nullable String getFrom() {
        return from;
    }

    public void setFrom(@Nullable String from) {
        this.from = from;
    }

    public @Nullable String getTo() {
        return to;
    }

    public void setTo(@Nullable String to) {
        this.to = to;
    }

    public @Nullable String getCartridge() {
        return cartridge;
    }

    public void setCartridge(@Nullable String cartridge) {
        this.cartridge = cartridge;
    }

    public @Nullable String getFamily() {
        return family;
    }

    public void setFamily(@Nullable String family) {
        this.family = family;
    }

    public @Nullable String getVolume() {
        return volume;
    }

    public void setVolume(@Nullable String volume) {
        this.volume = volume;
    }

    public @Nullable String getOwner() {
        return owner;
    }

    public void setOwner(@Nullable String owner) {
        this.owner = owner;
    }

    public boolean isEvenIfInUse() {
        return evenIfInUse;
    }

    public void setEvenIfInUse(boolean evenIfInUse) {
        this.evenIfInUse = evenIfInUse;
    }

    public boolean isBreakChain() {
        return breakChain;
    }

    public void setBreakChain(boolean breakChain) {
        this.breakChain = breakChain;
    }

    public Prompt getPrompt() {
        return prompt;
    }

    public void setPrompt(Prompt prompt) {
        this.prompt = prompt;
    }

    public long getDelay() {
        return delay;
    }

    public void setDelay(long delay) {
        this.delay = delay;
    }
}
