package io.saddlebag.camel.catalog;

import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.recoverability.Problem;
import io.saddlebag.recoverability.Without;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.volume.Target;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/**
 * Asks the catalog what was backed up, and verifies backups.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "catalog",
        title = "Saddlebag Catalog",
        syntax = "catalog:action",
        category = {Category.FILE, Category.SEARCH},
        producerOnly = true,
        headersClass = SaddlebagHeaders.class)
public class CatalogEndpoint extends SaddlebagEndpoint {
    static final int DEFAULT_LIMIT = 1000;

    @UriPath(
            enums = "list,show,objects,import,verify,intervals,limits,advise",
            description =
                    "What to do. list, show and objects set the body to backups, one backup, or the objects in it."
                            + " import reads a library's cartridges, records every whole image that the catalog doesn't know, and"
                            + " sets the body to those backups."
                            + " verify reads a backup's whole image back from its volumes and compares it; it fails when a byte differs."
                            + " intervals sets the body to the points to which databases and datasets can be recovered, and limits to"
                            + " what of each database could not be recovered if it failed now; advise sets it to what can be done about a problem of a"
                            + " database.")
    @Metadata(required = true)
    private @Nullable CatalogAction action;

    @UriParam(
            label = "show",
            description = "Number of the backup; else that of the exchange's header CamelSaddlebagBackupId.")
    private @Nullable Long backup;

    @UriParam(
            label = "list,intervals,limits,advise",
            description = "Only complete backups of this name, or only this database or dataset; else all.")
    private @Nullable String name;

    @UriParam(label = "objects", description = "Only this absolute path and all below it; else all objects.")
    private @Nullable String path;

    @UriParam(
            label = "list",
            defaultValue = "" + DEFAULT_LIMIT,
            description = "How many backups, the newest, or objects, the first, at most. Header CamelSaddlebagObjects"
                    + " says how many objects there are.")
    private int limit = DEFAULT_LIMIT;

    @UriParam(label = "import", description = "The library whose cartridges are read in. Needed by import.")
    private @Nullable String library;

    @UriParam(
            label = "import",
            description =
                    "The cartridges to read, by elements or barcodes with commas between; else all in the library.")
    private @Nullable String cartridges;

    @UriParam(label = "verify", description = "Who asks; the job is then named user/number.")
    private @Nullable String user;

    @UriParam(
            label = "verify",
            enums = "automatic,operator,client",
            defaultValue = "operator",
            description =
                    "Who is asked for a volume that is missing. operator: the job waits until somebody answers it with rpyjob,"
                            + " or the volume arrives. automatic: nobody, it fails at once.")
    private Prompt prompt = Prompt.OPERATOR;

    @UriParam(
            label = "intervals,advise",
            description =
                    "Volumes that are taken to be gone, by their ids with commas between. What would be lost is told.")
    private @Nullable String withoutVolumes;

    @UriParam(
            label = "advise",
            enums = "user-error,corrupt-block,media-failure",
            description = "What has happened. Needed by advise, and so is name.")
    private @Nullable String problem;

    @UriParam(label = "advise", description = "When it happened, e.g. 2026-01-31T12:00:00Z; just now else.")
    private @Nullable String at;

    @UriParam(
            label = "intervals,advise",
            description = "Pools that are taken to be gone, by their names with commas between.")
    private @Nullable String withoutPools;

    @UriParam(
            label = "intervals,advise",
            description = "Keys that are taken to be gone, by their ids with commas between.")
    private @Nullable String withoutKeys;

    public CatalogEndpoint(String uri, CatalogComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return new CatalogProducer(this);
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (action == CatalogAction.IMPORT && library == null) {
            throw lacks("library", "catalog:import?library=vault");
        }
        cartridges();
        if (action == CatalogAction.ADVISE && (problem == null || name == null)) {
            throw lacks(problem == null ? "problem" : "name", "catalog:advise?name=orders&problem=media-failure");
        }
        if (problem != null) {
            problem();
        }
        at();
        if (limit < 1) {
            throw new IllegalArgumentException(getEndpointUri() + ": limit is a number from 1, not " + limit);
        }
    }

    String libraryName() {
        return Objects.requireNonNull(library);
    }

    List<Target> cartridges() {
        String given = cartridges;
        return given == null ? List.of() : Target.parseAll(given);
    }

    CatalogAction action() {
        return Objects.requireNonNull(action);
    }

    public @Nullable CatalogAction getAction() {
        return action;
    }

    public void setAction(CatalogAction action) {
        this.action = action;
    }

    public @Nullable Long getBackup() {
        return backup;
    }

    public void setBackup(@Nullable Long backup) {
        this.backup = backup;
    }

    public @Nullable String getName() {
        return name;
    }

    public void setName(@Nullable String name) {
        this.name = name;
    }

    public @Nullable String getPath() {
        return path;
    }

    public void setPath(@Nullable String path) {
        this.path = path;
    }

    public int getLimit() {
        return limit;
    }

    public void setLimit(int limit) {
        this.limit = limit;
    }

    public @Nullable String getUser() {
        return user;
    }

    public void setUser(@Nullable String user) {
        this.user = user;
    }

    public @Nullable String getLibrary() {
        return library;
    }

    public void setLibrary(@Nullable String library) {
        this.library = library;
    }

    public @Nullable String getCartridges() {
        return cartridges;
    }

    public void setCartridges(@Nullable String cartridges) {
        this.cartridges = cartridges;
    }

    Problem problem() {
        return Problem.parse(Objects.requireNonNull(problem));
    }

    @Nullable
    Instant at() {
        String given = at;
        return given == null ? null : Instant.parse(given);
    }

    public @Nullable String getProblem() {
        return problem;
    }

    public void setProblem(@Nullable String problem) {
        this.problem = problem;
    }

    public @Nullable String getAt() {
        return at;
    }

    public void setAt(@Nullable String at) {
        this.at = at;
    }

    Without without() {
        return new Without(names(withoutVolumes), names(withoutPools), names(withoutKeys));
    }

    private static Set<String> names(@Nullable String given) {
        return given == null
                ? Set.of()
                : Arrays.stream(given.split(",", -1))
                        .map(String::strip)
                        .filter(each -> !each.isEmpty())
                        .collect(Collectors.toSet());
    }

    public @Nullable String getWithoutVolumes() {
        return withoutVolumes;
    }

    public void setWithoutVolumes(@Nullable String withoutVolumes) {
        this.withoutVolumes = withoutVolumes;
    }

    public @Nullable String getWithoutPools() {
        return withoutPools;
    }

    public void setWithoutPools(@Nullable String withoutPools) {
        this.withoutPools = withoutPools;
    }

    public @Nullable String getWithoutKeys() {
        return withoutKeys;
    }

    public void setWithoutKeys(@Nullable String withoutKeys) {
        this.withoutKeys = withoutKeys;
    }

    public Prompt getPrompt() {
        return prompt;
    }

    public void setPrompt(Prompt prompt) {
        this.prompt = prompt;
    }
}
