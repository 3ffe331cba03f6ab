package io.saddlebag.camel.catalog;

/** What {@code catalog:} does. */
public enum CatalogAction {
    LIST,
    SHOW,
    OBJECTS,
    IMPORT,
    VERIFY,
    INTERVALS,
    LIMITS,
    ADVISE
}
