package io.saddlebag.camel.catalog;

import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.volume.Target;
import java.util.List;
import java.util.Objects;
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
            enums = "list,show,objects,import,verify",
            description =
                    "What to do. list, show and objects set the body to backups, one backup, or the objects in it."
                            + " import reads a library's cartridges, records every whole image that the catalog doesn't know, and"
                            + " sets the body to those backups."
                            + " verify reads a backup's whole image back from its volumes and compares it; it fails when a byte differs.")
    @Metadata(required = true)
    private @Nullable CatalogAction action;

    @UriParam(
            label = "show",
            description = "Number of the backup; else that of the exchange's header CamelSaddlebagBackupId.")
    private @Nullable Long backup;

    @UriParam(label = "list", description = "Only complete backups of this name; else all backups.")
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

    public Prompt getPrompt() {
        return prompt;
    }

    public void setPrompt(Prompt prompt) {
        this.prompt = prompt;
    }
}
