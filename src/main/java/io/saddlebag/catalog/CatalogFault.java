package io.saddlebag.catalog;

import io.saddlebag.fault.FaultCode;

/** Failures of the catalog's store. */
public enum CatalogFault implements FaultCode {
    UNAVAILABLE("SBG-C001", "nothing was recorded, so nothing was acknowledged"),
    OUT_OF_SPACE("SBG-C002", "nothing was recorded, so nothing was acknowledged; what the catalog held is unharmed"),
    NO_SUCH_BACKUP("SBG-C003", "nothing was read or written"),
    NOT_COMPLETE("SBG-C004", "nothing was read or written; that backup never became durable"),
    CORRUPT("SBG-C005", "the catalog can't be trusted; the images on media are unharmed"),
    NEWER_SCHEMA("SBG-C006", "nothing was changed; the catalog was written by a newer version"),
    DUPLICATE_IMAGE("SBG-C007", "nothing was recorded; that image is in the catalog already"),
    OTHER_KEYS("SBG-C008", "nothing was recorded; the image is as it was, and no copy of it was kept");

    private final String id;
    private final String effect;

    CatalogFault(String id, String effect) {
        this.id = id;
        this.effect = effect;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String effect() {
        return effect;
    }
}
