package dev.weir.kernel;

/** Who owns a thing. */
public record TenantId(String value) {
    public TenantId {
        if (!Ids.isLegal(value)) {
            throw new IllegalArgumentException("not a tenant id");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
