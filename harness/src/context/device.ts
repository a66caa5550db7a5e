import type { Answers } from "./answers";
import type { ContextHost } from "./host";

type Device = ComponentFramework.Device;

/** `context.device`: members the manifest does not declare are null. */
export function makeDevice(host: ContextHost): Device {
    const device = {};
    declare(host, device, "captureAudio", "audio");
    declare(host, device, "captureImage", "image");
    declare(host, device, "captureVideo", "video");
    declare(host, device, "getBarcodeValue", "barcode");
    declare(host, device, "getCurrentPosition", "position");
    declare(host, device, "pickFile", "files");
    return device as Device;
}

function declare(host: ContextHost, device: object, name: keyof Device, answer: keyof Answers): void {
    const ask = (options?: unknown): Promise<unknown> => {
        host.call(`device.${name}`, options);
        return host.answer(() => {
            const given = host.options.answers?.[answer];
            if (given === undefined) {
                throw new Error("The user cancelled");
            }
            return structuredClone(given);
        });
    };
    Object.defineProperty(device, name, { enumerable: true, get: () => (host.has(`Device.${name}`) ? ask : null) });
}
