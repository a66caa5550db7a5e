/** What the user or the device answers when a control asks; what is left out is refused, as by a user who cancels. */
export interface Answers {
    confirm?: boolean;
    lookup?: readonly ComponentFramework.LookupValue[];
    savedForm?: readonly ComponentFramework.LookupValue[];
    audio?: ComponentFramework.FileObject;
    image?: ComponentFramework.FileObject;
    video?: ComponentFramework.FileObject;
    barcode?: string;
    position?: ComponentFramework.DeviceApi.Position;
    files?: readonly ComponentFramework.FileObject[];
    /** What `utils.hasEntityPrivilege` says; true where nothing is said. */
    privilege?: boolean;
    securityRoles?: readonly string[];
}
